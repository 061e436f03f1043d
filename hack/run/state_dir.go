// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// stateDir is the folder with the state of a run. Only one run uses it at a time.
type stateDir struct {
	root string // the module's
	dir  string // bin/run by default
	lock *os.File
}

// acquireStateDir locks the folder, ends the processes that an earlier run left
// behind, and empties the folder. If this process is killed, the system releases
// the lock.
func acquireStateDir(dir string) (*stateDir, error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, err
	}
	d := &stateDir{root: root}
	d.dir = d.fromRoot(dir)
	if err := os.MkdirAll(filepath.Dir(d.dir), 0o750); err != nil {
		return nil, err
	}
	if d.lock, err = os.OpenFile(d.dir+".lock", os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another \"make run\" of this checkout is running: stop it first (%w)", err), d.lock.Close())
	}
	if err := errors.Join(endLeftovers(d.dir), os.RemoveAll(d.dir), os.MkdirAll(d.dir, 0o700)); err != nil {
		return nil, errors.Join(err, d.release())
	}
	return d, nil
}

func (d *stateDir) release() error { return d.lock.Close() }

func (d *stateDir) kubeconfig() string        { return filepath.Join(d.dir, "kubeconfig") }
func (d *stateDir) managerKubeconfig() string { return filepath.Join(d.dir, "manager.kubeconfig") }
func (d *stateDir) managerLog() string        { return filepath.Join(d.dir, "manager.log") }
func (d *stateDir) consoleLog() string        { return filepath.Join(d.dir, "console.log") }
func (d *stateDir) auditLog() string          { return filepath.Join(d.dir, "audit.jsonl") }
func (d *stateDir) buildLog() string          { return filepath.Join(d.dir, "build.log") }
func (d *stateDir) controlPlane() string      { return filepath.Join(d.dir, "controlplane") }

// fromRoot returns an absolute path; a relative one is taken from the module's root.
func (d *stateDir) fromRoot(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(d.root, path)
}
