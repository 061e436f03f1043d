// SPDX-License-Identifier: Apache-2.0

package dirsource

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	// dataLink is the link that the kubelet turns to a new folder when a mounted ConfigMap changes.
	dataLink = "..data"
	// attempts bounds how often a look begins again because the link was turned meanwhile.
	attempts = 5
	// maxFile bounds a file that is read, well above what a ConfigMap holds.
	maxFile = 4 << 20
	// defaultInterval is how often the directory is looked at when nothing is heard of it. That finds what notifications
	// miss: network file systems have none.
	defaultInterval = 10 * time.Second
)

// Feeder looks at a directory and offers what it finds to a source.
type Feeder struct {
	directory string
	source    *permissions.Source
	interval  time.Duration
}

// Option changes how a Feeder works.
type Option func(*Feeder)

// WithInterval makes a Feeder look at its directory so often even when it hears of no change; the default is 10 seconds.
func WithInterval(interval time.Duration) Option {
	return func(f *Feeder) { f.interval = interval }
}

// New returns a feeder of a source. The directory holds the keys of the published ConfigMap as files, as it does where the
// ConfigMap is mounted. A part that lies in another ConfigMap is looked for in a folder of that ConfigMap's name below it.
func New(directory string, source *permissions.Source, options ...Option) *Feeder {
	f := &Feeder{directory: directory, source: source, interval: defaultInterval}
	for _, option := range options {
		option(f)
	}
	return f
}

// Load looks at the directory once. It returns the source's refusal, or says what could not be read; the source's State
// says the same. A directory that is as it was confirms the source: whether the kubelet still renews it cannot be seen.
func (f *Feeder) Load() error {
	var err error
	for range attempts {
		folder := f.folder()
		if err = f.offer(folder); err == nil || folder == f.folder() {
			break
		}
	}
	return err
}

// folder is where the files lie: behind the kubelet's link, which is followed once, so that all files are of one state; or
// in the directory itself.
func (f *Feeder) folder() string {
	target, err := os.Readlink(filepath.Join(f.directory, dataLink))
	switch {
	case err != nil:
		return f.directory
	case filepath.IsAbs(target):
		return target
	}
	return filepath.Join(f.directory, target)
}

// offer offers the source what lies in a folder.
func (f *Feeder) offer(folder string) error {
	index, err := readFile(filepath.Join(folder, document.PublicationKey))
	if err != nil {
		err = fmt.Errorf("no publication in %s: %w", f.directory, err)
		f.source.SetError(err)
		return err
	}
	return f.source.Update(index, func(part document.Part) ([]byte, error) {
		if part.ConfigMap != "" {
			return f.readShard(part)
		}
		return readFile(filepath.Join(folder, part.Name))
	})
}

// readShard reads a part that lies in another ConfigMap. A volume shows that only where another program writes it.
func (f *Feeder) readShard(part document.Part) ([]byte, error) {
	content, err := readFile(filepath.Join(f.directory, part.ConfigMap, part.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: a mounted ConfigMap shows no shards, so the organization needs spec.publishing.form OneConfigMap", err)
	}
	return content, err
}

// readFile reads a file up to the bound on its size.
func readFile(path string) (content []byte, err error) {
	file, err := os.Open(path) //nolint:gosec // the directory is the application's choice, and names of parts have no separators
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	content, err = io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("%s has more than %d bytes: it is none of a published ConfigMap's keys", path, maxFile)
	}
	return content, nil
}
