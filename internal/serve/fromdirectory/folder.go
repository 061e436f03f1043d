// SPDX-License-Identifier: Apache-2.0

package fromdirectory

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/dirsource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// folder holds one publication.
type folder struct {
	path   string
	source *permissions.Source
	feeder *dirsource.Feeder
	// logged is the state of the source that was logged last.
	logged permissions.State
	// conflict is set once it was logged that another folder publishes the same organization.
	conflict bool
}

func (f *Follower) newFolder(path string) *folder {
	source := permissions.NewSource(permissions.WithMaxStaleness(f.options.MaxStaleness))
	return &folder{path: path, source: source, feeder: dirsource.New(path, source)}
}

// key returns the organization that the folder publishes, once it has been read.
func (d *folder) key() tenants.Key {
	return tenants.Key{Namespace: d.logged.Namespace, Organization: d.logged.Organization}
}

// publications returns the folders that hold a publication: the directory itself, or those one or two levels below it.
func publications(directory string) []string {
	if holdsPublication(directory) {
		return []string{directory}
	}
	var found []string
	for _, child := range subfolders(directory) {
		if holdsPublication(child) {
			found = append(found, child)
			continue
		}
		found = append(found, slices.DeleteFunc(subfolders(child), func(path string) bool { return !holdsPublication(path) })...)
	}
	return found
}

func holdsPublication(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, document.PublicationKey))
	return err == nil
}

// subfolders returns the folders in a folder, except for those that the kubelet makes for itself.
func subfolders(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var found []string
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			found = append(found, path)
		}
	}
	return found
}
