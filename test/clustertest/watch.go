// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"context"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

// WatchConfigMap sends the data of each state of a ConfigMap, beginning with the present one, until the context ends.
func WatchConfigMap(ctx context.Context, client kubernetes.Interface, namespace, name string, to chan<- map[string]string) error {
	only := metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()}
	events, err := client.CoreV1().ConfigMaps(namespace).Watch(ctx, only)
	if err != nil {
		return err
	}
	go func() {
		for event := range events.ResultChan() {
			configMap, is := event.Object.(*corev1.ConfigMap)
			if !is || event.Type == watch.Deleted {
				continue
			}
			data := maps.Clone(configMap.Data)
			for key, bytes := range configMap.BinaryData {
				data[key] = string(bytes)
			}
			select {
			case to <- data:
			case <-ctx.Done():
			}
		}
	}()
	return nil
}
