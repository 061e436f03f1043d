// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/validation"
)

// applied reads the cluster, and returns it as it is and as it would be once the manifests are applied.
func (f *stateFlags) applied(ctx context.Context, namespace string, now time.Time) (was, is *validation.Input, err error) {
	files, err := f.manifests(ctx, f.input.filenames, namespace)
	if err != nil {
		return nil, nil, err
	}
	was, err = f.cluster(ctx, namespace, files)
	if err != nil {
		return nil, nil, err
	}
	adopt(&files.Objects, &was.Objects, now)
	return was, validation.FromObjects(was.Objects.Overlaid(&files.Objects)), nil
}

// cluster reads the namespaces that manifests are about: all, if these have objects without a namespace, which concern all
// organizations, unless -n limits it.
func (f *stateFlags) cluster(ctx context.Context, namespace string, files *validation.Input) (*validation.Input, error) {
	reader, err := f.input.client("")
	if err != nil {
		return nil, err
	}
	var all intake.Objects
	for i, name := range f.namespaces(namespace, &files.Objects) {
		read, err := readObjects(ctx, reader, client.InNamespace(name), f.input.errOut)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			read.Catalogs, read.PlatformRoles, read.PlatformAssignments = nil, nil, nil
		}
		all.Add(&read)
	}
	return validation.FromObjects(all), nil
}

func (f *stateFlags) namespaces(namespace string, files *intake.Objects) []string {
	platform := len(files.Catalogs)+len(files.PlatformRoles)+len(files.PlatformAssignments) > 0
	if f.input.allNamespaces || platform && *f.input.cluster.Namespace == "" {
		return []string{metav1.NamespaceAll}
	}
	names := files.Namespaces()
	if len(names) == 0 {
		names[namespace] = struct{}{}
	}
	return slices.Sorted(maps.Keys(names))
}

// adopt gives objects of manifests the identity and the age of those of the cluster with their names, as if they were applied; others
// are new. Without it, age would decide otherwise which grants a constraint withholds.
func adopt(files, cluster *intake.Objects, now time.Time) {
	existing := maps.Collect(cluster.All())
	for ref, file := range files.All() {
		known, is := existing[ref]
		if request, isRequest := file.(*v1alpha1.ApprovalRequest); isRequest {
			// Applying a request does not change what became of it.
			request.Status = v1alpha1.ApprovalRequestStatus{}
			if before, is := known.(*v1alpha1.ApprovalRequest); is {
				request.Status = before.Status
			}
		}
		if !is {
			file.SetCreationTimestamp(metav1.Time{Time: now})
			file.SetUID("")
			continue
		}
		file.SetCreationTimestamp(known.GetCreationTimestamp())
		file.SetUID(known.GetUID())
		file.SetGeneration(known.GetGeneration())
	}
}
