// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	oci "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// rootsFile is where Go looks for trusted roots first.
const rootsFile = "/etc/ssl/certs/ca-certificates.crt"

// file is a file of a layer. Nobody but root may write any.
type file struct {
	name string
	mode int64
	data []byte
}

// programLayer returns the layer with the programs of a folder.
func (o *options) programLayer(folder string) (oci.Layer, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: "/" + entry.Name(), mode: 0o755, data: data})
	}
	if len(files) == 0 {
		return nil, errors.New("there is no program")
	}
	return o.layer(files)
}

// systemLayer returns the layer with what a program expects of a system.
func (o *options) systemLayer() (oci.Layer, error) {
	var roots bytes.Buffer
	for root := range bundle.Roots() {
		if err := pem.Encode(&roots, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	return o.layer([]file{
		{name: "/etc/passwd", mode: 0o644, data: []byte("root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n")},
		{name: "/etc/group", mode: 0o644, data: []byte("root:x:0:\nnonroot:x:65532:\n")},
		{name: rootsFile, mode: 0o644, data: roots.Bytes()},
	})
}

// layer returns a layer with files and the folders that they are in.
func (o *options) layer(files []file) (oci.Layer, error) {
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	header := func(kind byte, name string, mode, size int64) error {
		return writer.WriteHeader(&tar.Header{
			Typeflag: kind, Name: name[1:], Mode: mode, Size: size, ModTime: o.created, Format: tar.FormatPAX,
		})
	}
	var folders []string
	for _, f := range files {
		for folder := path.Dir(f.name); folder != "/"; folder = path.Dir(folder) {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		if err := header(tar.TypeDir, folder+"/", 0o755, 0); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		err := header(tar.TypeReg, f.name, f.mode, int64(len(f.data)))
		if err == nil {
			_, err = writer.Write(f.data)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
}
