// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	oci "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// nobody is the user and group that containers run as, by number, so that Kubernetes can tell that it is not root.
const nobody = "65532:65532"

// platformImage is the image of one platform.
type platformImage struct {
	platform oci.Platform
	image    oci.Image
}

// image returns the image with the programs of a folder.
func (o *options) image(folder string, platform oci.Platform) (platformImage, error) {
	programs, err := o.programLayer(folder)
	if err != nil {
		return platformImage{}, err
	}
	system, err := o.systemLayer()
	if err != nil {
		return platformImage{}, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	// What changes least comes first.
	image, err := mutate.Append(base, o.addendum(system, "users, groups and trusted roots"), o.addendum(programs, "programs"))
	if err != nil {
		return platformImage{}, err
	}
	written, err := image.ConfigFile()
	if err != nil {
		return platformImage{}, err
	}
	config := written.DeepCopy()
	config.OS, config.Architecture = platform.OS, platform.Architecture
	config.Created = oci.Time{Time: o.created}
	config.Config = oci.Config{
		User: nobody, Entrypoint: []string{"/manager"}, WorkingDir: "/",
		Env:    []string{"PATH=/", "SSL_CERT_FILE=" + rootsFile},
		Labels: o.annotations(),
	}
	image, err = mutate.ConfigFile(image, config)
	return platformImage{platform: platform, image: image}, err
}

func (o *options) addendum(layer oci.Layer, what string) mutate.Addendum {
	return mutate.Addendum{
		Layer: layer, MediaType: types.OCILayer,
		History: oci.History{Created: oci.Time{Time: o.created}, CreatedBy: "hack/image", Comment: what},
	}
}

// index returns the index of the images.
func (o *options) index(images []platformImage) oci.ImageIndex {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for i := range images {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: images[i].image, Descriptor: oci.Descriptor{Platform: &images[i].platform},
		})
	}
	return mutate.Annotations(index, o.annotations()).(oci.ImageIndex)
}

// annotations are those of https://github.com/opencontainers/image-spec/blob/main/annotations.md.
func (o *options) annotations() map[string]string {
	all := map[string]string{
		"org.opencontainers.image.title":         "Rolewright",
		"org.opencontainers.image.description":   "A Kubernetes operator for business roles",
		"org.opencontainers.image.source":        "https://github.com/rolewright/rolewright",
		"org.opencontainers.image.documentation": "https://github.com/rolewright/rolewright/tree/main/docs",
		"org.opencontainers.image.licenses":      "Apache-2.0",
		"org.opencontainers.image.version":       strings.TrimPrefix(o.version, "v"),
	}
	if o.commit != "" {
		all["org.opencontainers.image.revision"] = o.commit
	}
	return all
}
