// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// fieldManager is who applies what a run installs.
const fieldManager = "make-run"

// cluster applies objects, as a pipeline would: server-side, with a field manager.
type cluster struct{ client client.Client }

func newCluster(config *rest.Config) (*cluster, error) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	config = rest.CopyConfig(config)
	config.QPS = -1
	c, err := client.New(config, client.Options{Scheme: scheme})
	return &cluster{c}, err
}

// objectsIn returns the objects of a folder: what kustomize builds, if it has a kustomization, or else those of its files.
func objectsIn(folder string) ([]*unstructured.Unstructured, error) {
	if _, err := os.Stat(filepath.Join(folder, "kustomization.yaml")); err == nil {
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
		if err != nil {
			return nil, err
		}
		text, err := built.AsYaml()
		if err != nil {
			return nil, err
		}
		return objectsOf(text)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(fmt.Errorf("%s contains no manifests", folder), err)
	}
	var all []*unstructured.Unstructured
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		objects, err := objectsOf(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, objects...)
	}
	return all, nil
}

// objectsOf returns the objects of a text, those first that others lie in.
func objectsOf(text []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), len(text)+1)
	for {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(object); {
		case errors.Is(err, io.EOF):
			slices.SortStableFunc(objects, func(a, b *unstructured.Unstructured) int { return order(a) - order(b) })
			return objects, nil
		case err != nil:
			return nil, err
		case len(object.Object) > 0:
			objects = append(objects, object)
		}
	}
}

func order(object *unstructured.Unstructured) int {
	if object.GetKind() == "Namespace" || object.GetKind() == "CustomResourceDefinition" {
		return 0
	}
	return 1
}

// apply applies objects. It tries for a while: an API server may not know a kind right after it is installed.
func (c *cluster) apply(ctx context.Context, objects []*unstructured.Unstructured) error {
	const tries = 15
	for _, object := range objects {
		for try := 1; ; try++ {
			err := c.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(object.DeepCopy()), client.FieldOwner(fieldManager))
			if err == nil {
				break
			}
			if try == tries || !meta.IsNoMatchError(err) && !apierrors.IsNotFound(err) {
				return fmt.Errorf("applying %s: %w", nameOf(object), err)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second):
			}
		}
	}
	return nil
}

// nameOf returns the kind of an object with its name.
func nameOf(object client.Object) string {
	name := object.GetName()
	if namespace := object.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return object.GetObjectKind().GroupVersionKind().Kind + " " + name
}

// foreign returns the first of the objects that exists in the cluster and that no earlier run applied; nil if there is none. A namespace is
// nobody's: of one without labels, the API server does not note who applied it.
func (c *cluster) foreign(ctx context.Context, objects []*unstructured.Unstructured) (client.Object, error) {
	for _, object := range objects {
		if object.GetKind() == "Namespace" {
			continue
		}
		existing := &unstructured.Unstructured{}
		existing.SetGroupVersionKind(object.GroupVersionKind())
		err := c.client.Get(ctx, client.ObjectKeyFromObject(object), existing)
		if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", nameOf(object), err)
		}
		ours := false
		for _, entry := range existing.GetManagedFields() {
			ours = ours || entry.Manager == fieldManager
		}
		if !ours {
			return existing, nil
		}
	}
	return nil, nil
}
