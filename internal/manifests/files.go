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

// stdinName is how positions in standard input are shown.
const stdinName = "<stdin>"

// maxBytes bounds one file: above it a mistake is likelier than a manifest.
const maxBytes = 256 << 20

// extensions are those of the files that are read in a folder.
var extensions = []string{".yaml", ".yml", ".json"}

// Reader reads manifests.
type Reader struct {
	// Stdin is read where the path is "-".
	Stdin io.Reader
	// Namespace is that of objects that name none.
	Namespace string
	// NonRecursive leaves out the folders below a folder.
	NonRecursive bool
}

// Read reads files, folders and, for "-", standard input. In folders it reads the files whose names end in .yaml, .yml or
// .json, follows symbolic links, and leaves out what begins with a dot. No file is read twice. An error says what could
// not be read at all; the result holds the rest nevertheless.
func (r *Reader) Read(paths ...string) (*Result, error) {
	w := &walk{reader: r, parser: newParser(r.Namespace), seen: map[string]bool{}}
	for _, path := range paths {
		if path == Stdin {
			w.stdin()
			continue
		}
		before := w.parser.result.Files
		w.path(path, true)
		if info, err := os.Stat(path); err == nil && info.IsDir() && w.parser.result.Files == before && !w.seenOnly {
			w.fail(fmt.Errorf("%s: no file with a name in %s", path, strings.Join(extensions, ", ")))
		}
	}
	return w.parser.result, errors.Join(w.errs...)
}

// Parse reads one stream; file is the name under which its positions are shown.
func (r *Reader) Parse(file string, data []byte) *Result {
	p := newParser(r.Namespace)
	p.file(file, data)
	return p.result
}

// walk is one pass over the paths that someone named.
type walk struct {
	reader *Reader
	parser *parser
	// seen holds the true paths of the files and folders that were visited. It ends circles of symbolic links.
	seen map[string]bool
	// seenOnly is set when something was left out because it had been read before.
	seenOnly bool
	errs     []error
}

func (w *walk) fail(err error) { w.errs = append(w.errs, err) }

func (w *walk) stdin() {
	if w.seen[Stdin] {
		return
	}
	w.seen[Stdin] = true
	if w.reader.Stdin == nil {
		w.fail(errors.New("standard input cannot be read here"))
		return
	}
	w.content(stdinName, w.reader.Stdin)
}

// path visits a file or a folder. One that someone named is read whatever it is called.
func (w *walk) path(path string, named bool) {
	info, err := os.Stat(path)
	if err != nil {
		// A dangling link inside a folder is an error too: something that was meant to be there is not.
		w.fail(plain(err))
		return
	}
	if !named && !info.IsDir() && !(info.Mode().IsRegular() && slices.Contains(extensions, strings.ToLower(filepath.Ext(path)))) {
		return
	}
	if !w.first(path) {
		w.seenOnly = true
		return
	}
	if info.IsDir() {
		w.folder(path)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		w.fail(plain(err))
		return
	}
	defer func() { _ = file.Close() }()
	w.content(path, file)
}

func (w *walk) folder(path string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		w.fail(plain(err))
	}
	for _, entry := range entries {
		child := filepath.Join(path, entry.Name())
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if entry.IsDir() && w.reader.NonRecursive {
			continue
		}
		if entry.Type()&fs.ModeSymlink != 0 && !w.wanted(child) {
			continue
		}
		w.path(child, false)
	}
}

// wanted says whether a symbolic link inside a folder leads to something that is read: a folder, or a name that is.
func (w *walk) wanted(link string) bool {
	if slices.Contains(extensions, strings.ToLower(filepath.Ext(link))) {
		return true
	}
	info, err := os.Stat(link)
	return err == nil && info.IsDir() && !w.reader.NonRecursive
}

// first says whether a path is visited for the first time, by whatever links.
func (w *walk) first(path string) bool {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		// Pipes of the shell have no true path.
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

func (w *walk) content(name string, from io.Reader) {
	data, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err != nil {
		w.fail(fmt.Errorf("%s: %w", name, plain(err)))
		return
	}
	if len(data) > maxBytes {
		w.fail(fmt.Errorf("%s: more than %d MiB: cut it into several files", name, maxBytes>>20))
		return
	}
	w.parser.file(name, data)
}

// plain says what went wrong with a file without the name of the system call.
func plain(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", pathErr.Path, pathErr.Err)
	}
	return err
}
