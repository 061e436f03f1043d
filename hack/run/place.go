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

// place is the folder that one run at a time keeps its state in.
type place struct {
	root string // the module's
	dir  string // bin/run
	lock *os.File
}

// takePlace locks the folder, ends what an earlier run left behind, and empties
// it. The system drops the lock of a process that is killed.
func takePlace() (*place, error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, err
	}
	p := &place{root: root, dir: filepath.Join(root, "bin", "run")}
	if err := os.MkdirAll(filepath.Dir(p.dir), 0o750); err != nil {
		return nil, err
	}
	if p.lock, err = os.OpenFile(p.dir+".lock", os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(p.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another \"make run\" of this checkout is up: stop it first (%w)", err), p.lock.Close())
	}
	if err := errors.Join(endLeftovers(p.dir), os.RemoveAll(p.dir), os.MkdirAll(p.dir, 0o700)); err != nil {
		return nil, errors.Join(err, p.release())
	}
	return p, nil
}

func (p *place) release() error { return p.lock.Close() }

func (p *place) kubeconfig() string        { return filepath.Join(p.dir, "kubeconfig") }
func (p *place) managerKubeconfig() string { return filepath.Join(p.dir, "manager.kubeconfig") }
func (p *place) managerLog() string        { return filepath.Join(p.dir, "manager.log") }
func (p *place) controlPlane() string      { return filepath.Join(p.dir, "controlplane") }

// in makes a path absolute from the module's root.
func (p *place) in(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.root, path)
}
