// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// managerUser is the service account of the manager in config/rbac: the manager
// has the same rights as in a cluster.
const managerUser = "system:serviceaccount:rolewright-system:rolewright-manager"

// session is one run, from starting the first process to stopping the last.
type session struct {
	options  options
	stateDir *stateDir
	out      io.Writer

	plane *controlplane.ControlPlane
	// webhook is the address at which the manager serves it.
	webhook string
	manager *manager
	kubectl kubectl
}

// start starts everything and waits until the sample is published.
func (s *session) start(ctx context.Context) error {
	steps := []struct {
		title string
		do    func(context.Context) error
	}{
		{"starting etcd, kube-apiserver and kube-controller-manager, installing the CRDs", s.startControlPlane},
		{"installing RBAC, admission policies and the webhook", s.installPolicies},
		{"starting the manager", s.startManager},
		{"applying " + s.options.sample, s.applySample},
		{"waiting until it is published", s.awaitPublished},
	}
	for _, step := range steps {
		began := time.Now()
		s.printf("==> %s", step.title)
		if err := step.do(ctx); err != nil {
			return err
		}
		s.printf("    %.1f s", time.Since(began).Seconds())
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
		Dir: s.stateDir.controlPlane(),
	})
	if err != nil {
		return err
	}
	path, err := controlplane.Locate(controlplane.Kubectl)
	if err != nil {
		return err
	}
	s.kubectl = kubectl{path: path, kubeconfig: s.stateDir.kubeconfig()}
	return s.plane.Admin.WriteKubeconfig(s.stateDir.kubeconfig())
}

func (s *session) installPolicies(ctx context.Context) error {
	if err := s.kubectl.apply(ctx, "-k", s.stateDir.fromRoot("config/rbac")); err != nil {
		return err
	}
	if err := s.kubectl.apply(ctx, "-k", s.stateDir.fromRoot("config/admission")); err != nil {
		return err
	}
	return s.installWebhook(ctx)
}

// installWebhook installs the webhook with an address on this machine: there is no Service to lead to the manager.
func (s *session) installWebhook(ctx context.Context) error {
	if err := s.kubectl.apply(ctx, "-k", s.stateDir.fromRoot("config/webhook")); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("finding a port for the webhook: %w", err)
	}
	s.webhook = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(s.webhook)
	if err != nil {
		return err
	}
	_, err = s.kubectl.run(ctx, "patch", "validatingwebhookconfiguration", "rolewright-authority", "--type=json", "-p",
		`[{"op": "remove", "path": "/webhooks/0/clientConfig/service"},`+
			`{"op": "add", "path": "/webhooks/0/clientConfig/url", "value": "https://localhost:`+port+`/authority"}]`)
	return err
}

func (s *session) startManager(context.Context) error {
	user, err := s.plane.AddUser(managerUser,
		"system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	if err != nil {
		return err
	}
	if err := user.WriteKubeconfig(s.stateDir.managerKubeconfig()); err != nil {
		return err
	}
	s.manager, err = startManager(s.stateDir.fromRoot(s.options.manager), s.stateDir.managerKubeconfig(),
		s.stateDir.managerLog(), s.stateDir.auditLog(), s.webhook)
	return err
}

// applySample retries for a while: right after the CRDs are established, an API
// server may still answer that it does not know their kinds.
func (s *session) applySample(ctx context.Context) error {
	folder, flag := s.stateDir.fromRoot(s.options.sample), "-f"
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

// awaitPublished waits until the sample is published. It fails early if the
// manager ends.
func (s *session) awaitPublished(ctx context.Context) error {
	waiting, cancel := s.manager.whileRunning(ctx)
	defer cancel()
	_, err := s.kubectl.run(waiting, "wait", "--for=condition=Published", organizations,
		"--all", "--all-namespaces", "--timeout="+s.options.timeout.String())
	if err == nil {
		return nil
	}
	if err := s.manager.exitError(); err != nil {
		return err
	}
	conditions, _ := s.kubectl.run(ctx, "get", organizations, "--all-namespaces", "-o", conditionsTemplate)
	return fmt.Errorf("the sample was not published: %w\nits conditions:\n%s\nthe end of %s:\n%s",
		err, conditions, s.stateDir.managerLog(), controlplane.LogTail(s.stateDir.managerLog()))
}

// waitForInterrupt returns nil when it is interrupted, and an error if the manager
// ends.
func (s *session) waitForInterrupt(ctx context.Context) error {
	waiting, cancel := s.manager.whileRunning(ctx)
	defer cancel()
	<-waiting.Done()
	if ctx.Err() == nil {
		return s.manager.exitError()
	}
	return nil
}

func (s *session) stop() error {
	var failures []error
	if s.manager != nil || s.plane != nil {
		s.printf("==> stopping")
	}
	if s.manager != nil {
		failures = append(failures, s.manager.stop())
	}
	if s.plane != nil {
		failures = append(failures, s.plane.Stop())
	}
	return errors.Join(failures...)
}

// printf prints a line. Its errors are ignored: there is no other output to report
// them to.
func (s *session) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}
