// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// controllers are those that the sessions of people need.
var controllers = []string{
	controlplane.GarbageCollector, controlplane.NamespaceController, controlplane.RoleAggregator, controlplane.ServiceAccountController,
}

// behind builds the programs that a session can do without, while it is in use.
type behind struct {
	cancel context.CancelFunc
	// done is closed once the programs are built, or not; then err is set.
	done chan struct{}
	err  error
}

// buildBehind starts to build kubectl and kube-controller-manager; nil if both are there.
func (s *session) buildBehind(ctx context.Context) (*behind, error) {
	missing := false
	for _, program := range []string{controlplane.Kubectl, controlplane.ControllerManager} {
		_, err := controlplane.Locate(program)
		missing = missing || err != nil
	}
	if !missing {
		return nil, nil
	}
	log, err := os.Create(s.stateDir.buildLog())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	b := &behind{cancel: cancel, done: make(chan struct{})}
	command := exec.CommandContext(ctx, "go", "run", "./hack/build", controlplane.Kubectl, controlplane.ControllerManager)
	command.Dir, command.Stdout, command.Stderr = s.stateDir.root, log, log
	// All processes of the build end with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	if err := command.Start(); err != nil {
		cancel()
		return nil, errors.Join(err, log.Close())
	}
	go func() {
		defer close(b.done)
		b.err = errors.Join(command.Wait(), log.Close())
	}()
	return b, nil
}

// stop ends the build.
func (b *behind) stop() {
	b.cancel()
	<-b.done
}

// join starts the controllers, once they are built, and says so.
func (s *session) join() error {
	if s.behind.err != nil {
		return fmt.Errorf("building kubectl and kube-controller-manager: %w; the end of %s:\n%s",
			s.behind.err, s.stateDir.buildLog(), controlplane.LogTail(s.stateDir.buildLog()))
	}
	if err := s.plane.StartControllers(controllers...); err != nil {
		return err
	}
	s.printf("kubectl is built, and kube-controller-manager has joined: what is deleted is collected from now on.")
	return nil
}
