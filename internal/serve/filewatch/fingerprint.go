// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Fingerprint identifies a state of files.
type Fingerprint [sha256.Size]byte

// FingerprintOf hashes the names, sizes, times and modes of everything below the paths. Links are followed.
func FingerprintOf(paths []string) Fingerprint {
	sum := sha256.New()
	walk(paths, func(path string, info fs.FileInfo, err error) {
		if err != nil {
			_, _ = fmt.Fprintf(sum, "%q %v\n", path, err)
			return
		}
		_, _ = fmt.Fprintf(sum, "%q %d %d %s\n", path, info.Size(), info.ModTime().UnixNano(), info.Mode())
	})
	return Fingerprint(sum.Sum(nil))
}

// walk visits the paths and everything below them. It follows links, each folder once, and leaves out hidden files, as
// readers of manifests do.
func walk(paths []string, visit func(path string, info fs.FileInfo, err error)) {
	visited := map[string]bool{}
	var descend func(path string)
	descend = func(path string) {
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			if resolved, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
				if visited[resolved] {
					return
				}
				visited[resolved] = true
			}
		}
		visit(path, info, err)
		if err != nil || !info.IsDir() {
			return
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			visit(path, nil, err)
		}
		for _, entry := range entries {
			if !strings.HasPrefix(entry.Name(), ".") {
				descend(filepath.Join(path, entry.Name()))
			}
		}
	}
	for _, path := range paths {
		descend(path)
	}
}
