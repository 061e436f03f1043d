// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// stdinName is the name of standard input in positions.
const stdinName = "<stdin>"

// maxBytes bounds the size of a file: a larger one is more likely a mistake than a manifest.
const maxBytes = 256 << 20

// extensions are the extensions of the files that are read in a folder.
var extensions = []string{".yaml", ".yml", ".json"}

// Reader reads manifests.
type Reader struct {
	// Stdin is read for the path "-".
	Stdin io.Reader
	// Namespace is the namespace of objects that do not name one.
	Namespace string
	// NonRecursive skips the folders below a folder.
	NonRecursive bool
}

// Read reads files, folders and, for "-", standard input. In folders it reads the files whose names end in .yaml, .yml or
// .json, follows symbolic links, and skips names that begin with a dot. No file is read twice. If something cannot be read
// at all, Read returns an error together with the result for the rest.
func (r *Reader) Read(paths ...string) (*Result, error) {
	w := &walker{reader: r, parser: newParser(r.Namespace), seen: map[string]bool{}}
	for _, path := range paths {
		if path == Stdin {
			w.stdin()
			continue
		}
		before := w.parser.result.Files
		w.path(path, true)
		if info, err := os.Stat(path); err == nil && info.IsDir() && w.parser.result.Files == before && !w.skippedSeen {
			w.fail(fmt.Errorf("%s: contains no file with the extension %s", path, strings.Join(extensions, " or ")))
		}
	}
	return w.parser.result, errors.Join(w.errs...)
}

// Parse reads one stream; file is its name in positions.
func (r *Reader) Parse(file string, data []byte) *Result {
	return r.ParseAll([]File{{file, data}})
}

// File is a file that was read elsewhere, with its name in positions.
type File struct {
	Name string
	Data []byte
}

// ParseAll reads files as Read does those of a folder.
func (r *Reader) ParseAll(files []File) *Result {
	p := newParser(r.Namespace)
	for _, file := range files {
		p.file(file.Name, file.Data)
	}
	return p.result
}

// IsManifest reports whether a file in a folder is read, by its name.
func IsManifest(name string) bool {
	return slices.Contains(extensions, strings.ToLower(filepath.Ext(name)))
}

// walker visits the named paths.
type walker struct {
	reader *Reader
	parser *parser
	// seen contains the resolved paths of the visited files and folders, so that symbolic links cannot form a loop.
	seen map[string]bool
	// skippedSeen is set if something was skipped because it had already been read.
	skippedSeen bool
	errs        []error
}

func (w *walker) fail(err error) { w.errs = append(w.errs, err) }

func (w *walker) stdin() {
	if w.seen[Stdin] {
		return
	}
	w.seen[Stdin] = true
	if w.reader.Stdin == nil {
		w.fail(errors.New("standard input cannot be read here: name a file instead"))
		return
	}
	w.content(stdinName, w.reader.Stdin)
}

// path visits a file or a folder. A file that was named is read whatever its extension is.
func (w *walker) path(path string, named bool) {
	info, err := os.Stat(path)
	if err != nil {
		// A dangling link inside a folder is an error as well: something that should be there is missing.
		w.fail(withoutSyscall(err))
		return
	}
	if !named && !info.IsDir() && !(info.Mode().IsRegular() && IsManifest(path)) {
		return
	}
	if !w.firstVisit(path) {
		w.skippedSeen = true
		return
	}
	if info.IsDir() {
		w.folder(path)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		w.fail(withoutSyscall(err))
		return
	}
	defer func() { _ = file.Close() }()
	w.content(path, file)
}

func (w *walker) folder(path string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		w.fail(withoutSyscall(err))
	}
	for _, entry := range entries {
		child := filepath.Join(path, entry.Name())
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if entry.IsDir() && w.reader.NonRecursive {
			continue
		}
		if entry.Type()&fs.ModeSymlink != 0 && !w.followed(child) {
			continue
		}
		w.path(child, false)
	}
}

// followed reports whether a symbolic link inside a folder leads to something that is read: a folder or a manifest.
func (w *walker) followed(link string) bool {
	if IsManifest(link) {
		return true
	}
	info, err := os.Stat(link)
	return err == nil && info.IsDir() && !w.reader.NonRecursive
}

// firstVisit reports whether a path is visited for the first time, through whatever links.
func (w *walker) firstVisit(path string) bool {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		// A pipe of the shell has no resolved path.
		resolved = path
	}
	if absolute, err := filepath.Abs(resolved); err == nil {
		resolved = absolute
	}
	if w.seen[resolved] {
		return false
	}
	w.seen[resolved] = true
	return true
}

func (w *walker) content(name string, from io.Reader) {
	data, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err != nil {
		w.fail(fmt.Errorf("%s: %w", name, withoutSyscall(err)))
		return
	}
	if len(data) > maxBytes {
		w.fail(fmt.Errorf("%s: larger than %d MiB: split it into several files", name, maxBytes>>20))
		return
	}
	w.parser.file(name, data)
}

// withoutSyscall returns an error about a file without the name of the system call.
func withoutSyscall(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", pathErr.Path, pathErr.Err)
	}
	return err
}
