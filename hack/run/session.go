// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// managerUser is the manager's service account in config/rbac: locally, too,
// it has the rights that it has in a cluster and no more.
const managerUser = "system:serviceaccount:rolewright-system:rolewright-manager"

// session is one run, from the first process to the last.
type session struct {
	options options
	place   *place
	out     io.Writer

	plane   *controlplane.ControlPlane
	manager *manager
	kubectl kubectl
}

// start returns when the sample is published.
func (s *session) start(ctx context.Context) error {
	steps := []struct {
		title string
		do    func(context.Context) error
	}{
		{"starting etcd, kube-apiserver and kube-controller-manager, installing the CRDs", s.startControlPlane},
		{"giving the manager its rights", s.installRules},
		{"starting the manager", s.startManager},
		{"applying " + s.options.sample, s.applySample},
		{"waiting until it is published", s.awaitPublished},
	}
	for _, step := range steps {
		began := time.Now()
		s.say("==> %s", step.title)
		if err := step.do(ctx); err != nil {
			return err
		}
		s.say("    %.1f s", time.Since(began).Seconds())
	}
	return nil
}

func (s *session) startControlPlane(context.Context) error {
	var err error
	s.plane, err = controlplane.Start(controlplane.Options{
		CRDPaths: []string{"config/crd/bases"},
		Controllers: []string{
			controlplane.GarbageCollector,
			controlplane.NamespaceController,
			controlplane.RoleAggregator,
			controlplane.ServiceAccountController,
		},
		Dir: s.place.controlPlane(),
	})
	if err != nil {
		return err
	}
	path, err := controlplane.Locate(controlplane.Kubectl)
	if err != nil {
		return err
	}
	s.kubectl = kubectl{path: path, kubeconfig: s.place.kubeconfig()}
	return s.plane.Admin.WriteKubeconfig(s.place.kubeconfig())
}

func (s *session) installRules(ctx context.Context) error {
	if err := s.kubectl.apply(ctx, "-k", s.place.in("config/rbac")); err != nil {
		return err
	}
	return s.kubectl.apply(ctx, "-k", s.place.in("config/admission"))
}

func (s *session) startManager(context.Context) error {
	user, err := s.plane.AddUser(managerUser,
		"system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	if err != nil {
		return err
	}
	if err := user.WriteKubeconfig(s.place.managerKubeconfig()); err != nil {
		return err
	}
	s.manager, err = startManager(s.place.in(s.options.manager), s.place.managerKubeconfig(), s.place.managerLog())
	return err
}

// applySample tries for a while: right after the CRDs are established, an
// API server may still answer that it does not know their kinds.
func (s *session) applySample(ctx context.Context) error {
	folder, flag := s.place.in(s.options.sample), "-f"
	if _, err := os.Stat(filepath.Join(folder, "kustomization.yaml")); err == nil {
		flag = "-k"
	}
	const tries = 15
	for try := 1; ; try++ {
		err := s.kubectl.apply(ctx, flag, folder)
		if err == nil || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// awaitPublished ends early when the manager does.
func (s *session) awaitPublished(ctx context.Context) error {
	waiting, cancel := s.manager.whileRunning(ctx)
	defer cancel()
	_, err := s.kubectl.run(waiting, "wait", "--for=condition=Published", organizations,
		"--all", "--all-namespaces", "--timeout="+s.options.timeout.String())
	if err == nil {
		return nil
	}
	if ended := s.manager.ended(); ended != nil {
		return ended
	}
	conditions, _ := s.kubectl.run(ctx, "get", organizations, "--all-namespaces", "-o", conditionsTemplate)
	return fmt.Errorf("the sample was not published: %w\nits conditions:\n%s\nthe end of %s:\n%s",
		err, conditions, s.place.managerLog(), s.manager.logTail())
}

// stayUp returns nil when it is told to stop, and an error when the manager
// ends by itself.
func (s *session) stayUp(ctx context.Context) error {
	waiting, cancel := s.manager.whileRunning(ctx)
	defer cancel()
	<-waiting.Done()
	if ctx.Err() == nil {
		return s.manager.ended()
	}
	return nil
}

func (s *session) stop() error {
	var failures []error
	if s.manager != nil || s.plane != nil {
		s.say("==> stopping")
	}
	if s.manager != nil {
		failures = append(failures, s.manager.stop())
	}
	if s.plane != nil {
		failures = append(failures, s.plane.Stop())
	}
	return errors.Join(failures...)
}

// say prints a line; where it cannot be read, there is nobody to tell.
func (s *session) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}
