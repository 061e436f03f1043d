// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// timestampGranularity is how long the times of a file may stay the same although the file changes again. File systems keep
// times with a precision of up to two seconds.
const timestampGranularity = 2 * time.Second

// Fingerprint identifies a state of files.
type Fingerprint [sha256.Size]byte

// State is what was below the paths of an Observer at one time.
type State struct {
	// Fingerprint of the names, modes and contents.
	Fingerprint Fingerprint
	// empty holds, for each file by path, whether it has no content.
	empty map[string]bool
}

// Observer looks at files. It reads a file again only if the file may have changed since. It is not safe for concurrent use.
type Observer struct {
	paths []string
	read  map[string]content
}

// content is what was read of a file.
type content struct {
	// identity of the file when its content was read, and the time of that.
	identity identity
	readTime time.Time
	digest   Fingerprint
}

// NewObserver returns an observer of everything below some paths.
func NewObserver(paths []string) *Observer {
	return &Observer{paths: paths, read: map[string]content{}}
}

// Look returns the state of this moment. Links are followed. What cannot be read is part of the state as its error.
func (o *Observer) Look() State {
	sum, state, read := sha256.New(), State{empty: map[string]bool{}}, map[string]content{}
	walk(o.paths, func(path string, info fs.FileInfo, err error) {
		var digest Fingerprint
		if err == nil && info.Mode().IsRegular() {
			state.empty[path] = info.Size() == 0
			read[path], err = o.contentOf(path, info)
			digest = read[path].digest
		}
		if err != nil {
			_, _ = fmt.Fprintf(sum, "%q %v\n", path, err)
			return
		}
		_, _ = fmt.Fprintf(sum, "%q %s %x\n", path, info.Mode(), digest)
	})
	o.read = read
	state.Fingerprint = Fingerprint(sum.Sum(nil))
	return state
}

// contentOf reads a file, unless nothing about it has changed since it was read, and its times are old enough to tell.
func (o *Observer) contentOf(path string, info fs.FileInfo) (content, error) {
	current := identify(info)
	if before, found := o.read[path]; found && before.identity == current && before.canTell() {
		return before, nil
	}
	readTime := time.Now()
	digest, err := digestOf(path)
	return content{identity: current, readTime: readTime, digest: digest}, err
}

// canTell reports whether a later change of the file would have changed its identity.
func (c *content) canTell() bool {
	return c.identity.changeTime.After(time.Unix(0, 0)) && c.readTime.Sub(c.identity.changeTime) > timestampGranularity
}

func digestOf(path string) (digest Fingerprint, err error) {
	file, err := os.Open(path) //nolint:gosec // the paths are the user's choice
	if err != nil {
		return digest, err
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return Fingerprint(sum.Sum(nil)), err
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
