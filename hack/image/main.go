// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	oci "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// options say what to put into an image, and where it goes.
type options struct {
	programs, output            string
	repository, version, commit string
	created                     time.Time
	push                        bool
}

func main() {
	o := &options{}
	flag.StringVar(&o.programs, "programs", "dist/programs", "Folder with a folder of programs for each platform, named <os>_<arch>.")
	flag.StringVar(&o.output, "output", "dist", "Folder to write image/, the archives and image.digest into.")
	flag.StringVar(&o.repository, "repository", "", "Name of the image, without a tag.")
	flag.StringVar(&o.version, "version", "", "Version, which is the tag.")
	flag.StringVar(&o.commit, "commit", "", "Revision that the programs were built from.")
	flag.TextVar(&o.created, "created", time.Unix(0, 0).UTC(), "Time that the image and its files say, in RFC 3339.")
	flag.BoolVar(&o.push, "push", false, "Push the image, with the credentials that docker login left.")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(o *options) error {
	// A tag has no "+", which is how a version says what it was built from.
	tag, err := name.NewTag(o.repository+":"+strings.ReplaceAll(cmp.Or(o.version, "latest"), "+", "_"), name.StrictValidation)
	if err != nil {
		return fmt.Errorf("-repository %q, -version %q: %w", o.repository, o.version, err)
	}
	images, err := o.images()
	if err != nil {
		return err
	}
	index := o.index(images)
	digest, err := index.Digest()
	if err == nil {
		err = o.write(tag, index, images)
	}
	if err == nil && o.push {
		err = remote.WriteIndex(tag, index, remote.WithAuthFromKeychain(authn.DefaultKeychain))
	}
	if err == nil {
		_, _ = fmt.Fprintf(os.Stdout, "%s@%s\n", tag, digest)
		err = os.WriteFile(filepath.Join(o.output, "image.digest"), []byte(digest.String()+"\n"), 0o600)
	}
	return err
}

// images returns an image for each platform, in the order of their names.
func (o *options) images() ([]platformImage, error) {
	folders, err := filepath.Glob(filepath.Join(o.programs, "*_*"))
	if err != nil {
		return nil, err
	}
	if len(folders) == 0 {
		return nil, fmt.Errorf("-programs %s: there is no folder <os>_<arch>", o.programs)
	}
	var images []platformImage
	for _, folder := range folders {
		system, architecture, _ := strings.Cut(filepath.Base(folder), "_")
		image, err := o.image(folder, oci.Platform{OS: system, Architecture: architecture})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		images = append(images, image)
	}
	return images, nil
}

// write writes the image layout and the archives, instead of those that were there.
func (o *options) write(tag name.Tag, index oci.ImageIndex, images []platformImage) error {
	folder := filepath.Join(o.output, "image")
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if _, err := layout.Write(folder, empty.Index); err != nil {
		return err
	}
	if err := layout.Path(folder).AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": tag.TagStr(),
	})); err != nil {
		return err
	}
	var failures []error
	for _, image := range images {
		archive := fmt.Sprintf("rolewright-image-%s-%s.tar", image.platform.OS, image.platform.Architecture)
		failures = append(failures, tarball.WriteToFile(filepath.Join(o.output, archive), tag, image.image))
	}
	return errors.Join(failures...)
}
