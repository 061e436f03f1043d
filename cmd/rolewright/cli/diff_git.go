// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rolewright/rolewright/internal/manifests"
)

// readRevision reads the manifests of a revision, as a folder is read: REV or REV:PATH, where the path is relative to the current
// folder. It runs Git, which alone knows every kind of repository, and only commands that neither write nor run anything of the
// repository's.
func readRevision(ctx context.Context, word string, recursive bool) ([]manifests.File, error) {
	revision, path, _ := strings.Cut(word, ":")
	path = filepath.ToSlash(filepath.Clean(path))
	if filepath.IsAbs(path) {
		return nil, fmt.Errorf("%s: write the path from the current folder", path)
	}
	if revision == "" {
		return nil, errors.New("the revision is missing: write git:REV or git:REV:PATH, for example git:main:config")
	}
	commit, err := git(ctx, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("there is no revision %q here: %w", revision, err)
	}
	listing, err := git(ctx, nil, "ls-tree", "-r", "-t", "-z", strings.TrimSpace(string(commit)), "--", path)
	if err != nil {
		return nil, err
	}
	blobs, err := manifestsOf(listing, path, recursive)
	if err != nil {
		return nil, err
	}
	if len(blobs) == 0 {
		return nil, fmt.Errorf("revision %s has no manifest in %s", revision, path)
	}
	var ids strings.Builder
	for _, b := range blobs {
		ids.WriteString(b.id + "\n")
	}
	content, err := git(ctx, strings.NewReader(ids.String()), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	return split(content, revision, blobs)
}

// blob is a file in a revision.
type blob struct{ id, path string }

// manifestsOf returns the files of a listing that are read in a folder: no hidden ones. What would be read through a symbolic link
// or lies in another repository would be missing, which is an error.
func manifestsOf(listing []byte, folder string, recursive bool) ([]blob, error) {
	var blobs []blob
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(listing), "\x00"), "\x00") {
		// An entry is: mode, type and id, each behind a space, then a tab and the path.
		attributes, path, _ := strings.Cut(entry, "\t")
		mode, typeAndID, _ := strings.Cut(attributes, " ")
		_, id, found := strings.Cut(typeAndID, " ")
		if !found {
			continue
		}
		below := belowFolder(path, folder)
		if isHidden(below) || !recursive && strings.Contains(below, "/") {
			continue
		}
		switch mode {
		case "040000":
		case "120000":
			return nil, fmt.Errorf("%s is a symbolic link, which is not followed in a revision: name the folder or file that it leads to", path)
		case "160000":
			return nil, fmt.Errorf("%s is a submodule, whose files are in another repository: check it out, and name its folder", path)
		default:
			if below == "" || manifests.IsManifest(path) {
				blobs = append(blobs, blob{id, path})
			}
		}
	}
	return blobs, nil
}

// isHidden reports whether a path is that of a hidden file, or in a hidden folder.
func isHidden(path string) bool { return strings.HasPrefix(path, ".") || strings.Contains(path, "/.") }

// belowFolder returns a path from a folder on; empty if it is the folder itself.
func belowFolder(path, folder string) string {
	if folder == "." {
		return path
	}
	return strings.TrimPrefix(strings.TrimPrefix(path, folder), "/")
}

// split takes apart what git cat-file --batch prints.
func split(content []byte, revision string, blobs []blob) ([]manifests.File, error) {
	reader := bufio.NewReader(bytes.NewReader(content))
	files := make([]manifests.File, 0, len(blobs))
	for _, b := range blobs {
		header, err := reader.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", b.path, err)
		}
		fields := strings.Fields(header)
		size, err := strconv.Atoi(fields[len(fields)-1])
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: Git says %q", b.path, strings.TrimSpace(header))
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(reader, data); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", b.path, err)
		}
		if _, err := reader.Discard(1); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", b.path, err)
		}
		files = append(files, manifests.File{Name: revision + ":" + b.path, Data: data})
	}
	return files, nil
}

// git runs Git in the current folder.
func git(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "git", args...) // the arguments are ours, but for a revision and a path behind a mark
	var errOut bytes.Buffer
	command.Stdin, command.Stderr = stdin, &errOut
	out, err := command.Output()
	if err == nil {
		return out, nil
	}
	if said := strings.TrimSpace(errOut.String()); said != "" {
		return nil, errors.New(strings.TrimPrefix(said, "fatal: "))
	}
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("git is not installed")
	}
	return nil, err
}
