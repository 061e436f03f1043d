// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// start runs a shell that waits for input that never comes, under the given name
// and with the given argument, and returns a channel that is closed when it ends.
func start(t *testing.T, name, argument string) (ended <-chan struct{}) {
	t.Helper()
	command := exec.Command("sh")
	command.Args = []string{name, "-c", "read _", argument}
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		_ = command.Wait() // a signal ended it, as the test intends
		close(done)
	}()
	t.Cleanup(func() { _ = input.Close() })
	return done
}

func TestEndLeftoversEndsProcessesOfAnEarlierRun(t *testing.T) {
	dir := t.TempDir()
	etcd := start(t, "/somewhere/etcd", "--data-dir="+filepath.Join(dir, "etcd"))
	manager := start(t, "manager", "--kubeconfig="+filepath.Join(dir, "kubeconfig"))

	if err := endLeftovers(dir); err != nil {
		t.Fatal(err)
	}

	<-etcd
	<-manager
}

func TestEndLeftoversSparesOtherProcesses(t *testing.T) {
	dir := t.TempDir()
	others := map[string]<-chan struct{}{
		"an editor of our files":        start(t, "vi", filepath.Join(dir, "kubeconfig")),
		"etcd of another checkout":      start(t, "etcd", filepath.Join(t.TempDir(), "etcd")),
		"etcd of a longer-named folder": start(t, "etcd", dir+"-2/etcd"),
	}

	if err := endLeftovers(dir); err != nil {
		t.Fatal(err)
	}

	for who, ended := range others {
		select {
		case <-ended:
			t.Errorf("it ended %s", who)
		default:
		}
	}
}
