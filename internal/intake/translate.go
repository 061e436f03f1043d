// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// object translates what every object carries.
func object(kind string, meta *metav1.ObjectMeta) model.Object {
	return model.Object{
		Ref:     model.Ref{Kind: kind, Namespace: meta.Namespace, Name: meta.Name},
		Created: meta.CreationTimestamp.Time,
		Origin:  originOf(meta),
	}
}

func originOf(meta *metav1.ObjectMeta) model.Origin {
	return model.Origin{UID: string(meta.UID), Generation: meta.Generation}
}

// names turns a list of any kind of name into plain strings.
func names[T ~string](list []T) []string {
	if len(list) == 0 {
		return nil
	}
	plain := make([]string, len(list))
	for i, name := range list {
		plain[i] = string(name)
	}
	return plain
}

// each translates a list.
func each[A, B any](list []A, translate func(*A) B) []B {
	if len(list) == 0 {
		return nil
	}
	translated := make([]B, len(list))
	for i := range list {
		translated[i] = translate(&list[i])
	}
	return translated
}

// isSuspended reports whether a state suspends the user. One that is not known does: it says that the user is not simply active.
func isSuspended(state v1alpha1.UserState) bool { return state != "" && state != v1alpha1.UserActive }

func isSet(flag *bool) bool { return flag != nil && *flag }

func moment(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

func window(w v1alpha1.Window) model.Window {
	return model.Window{StartTime: moment(w.StartTime), EndTime: moment(w.EndTime)}
}

// unknown returns a value that is written and none of those that are known. No API server with our CRDs stores one, but one
// with later CRDs may.
func unknown[T ~string](written T, known ...T) string {
	if written == "" || slices.Contains(known, written) {
		return ""
	}
	return string(written)
}
