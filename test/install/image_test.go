// SPDX-License-Identifier: Apache-2.0

package install

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestImage builds the image of this machine's platform, unpacks it, and runs its programs as its user, with its files as the root:
// the manager becomes ready against an API server, and the command decides.
func TestImage(t *testing.T) {
	folder := t.TempDir()
	digest := buildImage(t, folder)
	if again := buildImage(t, t.TempDir()); again != digest {
		t.Errorf("the same commit gives the image %s, and then %s", digest, again)
	}
	checkRelease(t, folder, digest)
	config, files := unpack(t, filepath.Join(folder, "image"), digest)
	if config.Config.User != "65532:65532" || config.Architecture != runtime.GOARCH || config.Config.Labels["org.opencontainers.image.version"] != "1.2.3" {
		t.Errorf("the image says %+v", config)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root may run a program with another root and user")
	}
	if out, err := inside(t, files, "/manager", "--version").CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "rolewright v1.2.3 ") {
		t.Errorf("manager --version: %v: %s", err, out)
	}
	manifest, err := os.ReadFile(filepath.Join(root(t), "config", "samples", "quickstart", "quickstart.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	command := inside(t, files, "/rolewright", "can", "karl@library.example", "loans.create", "--unit", "hill", "-f", "-")
	command.Stdin = strings.NewReader(string(manifest))
	if out, err := command.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "yes") {
		t.Errorf("rolewright can: %v: %s", err, out)
	}
	runManager(t, files)
}

// checkRelease makes the other files of the release, which name the image by its digest.
func checkRelease(t *testing.T, folder, digest string) {
	t.Helper()
	if out, err := execute(t, nil, "make", "--no-print-directory", "dist",
		"DIST="+folder, "VERSION=v1.2.3", "IMAGE=registry.example/rolewright"); err != nil {
		t.Fatalf("make dist: %v: %s", err, out)
	}
	manifests, err := os.ReadFile(filepath.Join(folder, "install.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rendered, err := helm(t, "template", "rolewright", filepath.Join(folder, "rolewright-1.2.3.tgz"))
	if err != nil {
		t.Fatalf("helm template: %v: %s", err, rendered)
	}
	for what, text := range map[string]string{"install.yaml": string(manifests), "the chart": rendered} {
		if !strings.Contains(text, "image: registry.example/rolewright:v1.2.3@"+digest) {
			t.Errorf("%s does not name the image by its digest", what)
		}
	}
}

func buildImage(t *testing.T, folder string) (digest string) {
	t.Helper()
	out, err := execute(t, nil, "make", "--no-print-directory", "image",
		"DIST="+folder, "VERSION=v1.2.3", "IMAGE=registry.example/rolewright", "PLATFORMS=linux/"+runtime.GOARCH)
	if err != nil {
		t.Fatalf("make image: %v: %s", err, out)
	}
	_, digest, found := strings.Cut(strings.TrimSpace(out), "registry.example/rolewright:v1.2.3@")
	if !found {
		t.Fatalf("make image printed %s", out)
	}
	return digest
}

// runManager runs the manager of the image until it is ready.
func runManager(t *testing.T, files string) {
	t.Helper()
	c := newCluster(t)
	c.helm("install", "rolewright", chart, "-n", namespace, "--create-namespace", "--set", "webhook.enabled=false")
	kubeconfig, err := os.ReadFile(c.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(files, "kubeconfig"), kubeconfig, 0o644); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	manager := inside(t, files, "/manager", "--kubeconfig=/kubeconfig", "--leader-elect=false", "--metrics-bind-address=0",
		"--health-probe-bind-address="+address)
	var log strings.Builder
	manager.Stdout, manager.Stderr = &log, &log
	if err := manager.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- manager.Wait() }()
	deadline := time.After(2 * time.Minute)
	for !isReady(t, "http://"+address+"/readyz") {
		select {
		case err := <-exited:
			t.Fatalf("the manager ended: %v: %s", err, log.String())
		case <-deadline:
			t.Fatal("the manager is not ready")
		case <-time.After(100 * time.Millisecond):
		}
	}
	if err := manager.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-exited; err != nil {
		t.Errorf("the manager ended with %v: %s", err, log.String())
	}
}

func isReady(t *testing.T, url string) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// inside returns a command that runs with a folder as its root, as the user of the image, who may write nothing there.
func inside(t *testing.T, folder, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir, command.Env = "/", []string{"PATH=/"}
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: folder, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	return command
}

// imageConfig is what the test reads of an image's configuration.
type imageConfig struct {
	Architecture string
	Config       struct {
		User   string
		Labels map[string]string
	}
}

// descriptor refers to a blob, and manifest is an index or an image's manifest.
type (
	descriptor struct{ Digest string }
	manifest   struct {
		Manifests []descriptor
		Config    descriptor
		Layers    []descriptor
	}
)

// unpack returns the configuration of the only image of an index in an OCI layout, and a folder with its files.
func unpack(t *testing.T, layout, digest string) (imageConfig, string) {
	t.Helper()
	blob := func(digest string) string {
		return filepath.Join(layout, "blobs", strings.ReplaceAll(digest, ":", "/"))
	}
	read := func(digest string, into any) {
		t.Helper()
		data, err := os.ReadFile(blob(digest))
		if err == nil {
			err = json.Unmarshal(data, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var index, image manifest
	var config imageConfig
	read(digest, &index)
	if len(index.Manifests) != 1 {
		t.Fatalf("the index has %d images", len(index.Manifests))
	}
	read(index.Manifests[0].Digest, &image)
	read(image.Config.Digest, &config)
	folder := t.TempDir()
	// Another user has to get there.
	for parent := folder; parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, layer := range image.Layers {
		if err := extract(blob(layer.Digest), folder); err != nil {
			t.Fatal(err)
		}
	}
	return config, folder
}

// extract writes the files of a layer into a folder.
func extract(layer, folder string) error {
	file, err := os.Open(layer)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	uncompressed, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(uncompressed); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path, mode := filepath.Join(folder, filepath.Clean("/"+header.Name)), fs.FileMode(header.Mode).Perm()
		if header.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, mode)
		} else {
			var data []byte
			if data, err = io.ReadAll(archive); err == nil {
				err = os.WriteFile(path, data, mode)
			}
		}
		if err != nil {
			return err
		}
	}
}
