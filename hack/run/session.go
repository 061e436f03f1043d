// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
)

// managerUser is the service account of the manager in config/rbac: the manager
// has the same rights as in a cluster.
const managerUser = "system:serviceaccount:rolewright-system:rolewright-manager"

var managerGroups = []string{"system:serviceaccounts", "system:serviceaccounts:rolewright-system"}

// session is one run, from starting the first process to stopping the last.
type session struct {
	options  options
	stateDir *stateDir
	out      io.Writer

	// plane is nil in an existing cluster.
	plane   *controlplane.ControlPlane
	cluster *cluster
	// webhook is the address at which the manager serves it.
	webhook string
	manager *manager
	// console is nil if it could not start.
	console *console
	// behind is nil if everything was built before.
	behind *behind
}

// step is a part of the start.
type step struct {
	title string
	do    func(context.Context) error
}

// start starts everything and waits until the sample is published.
func (s *session) start(ctx context.Context) error {
	sample := []step{
		{"applying " + s.options.sample, s.applySample}, {"waiting until it is published", s.awaitPublished},
		{"starting the console", s.startConsole},
	}
	steps := []step{
		{"starting etcd and kube-apiserver, installing the CRDs", s.startControlPlane},
		{"installing RBAC, admission policies and the webhook", s.installPolicies},
		{"starting the manager", s.startManager},
	}
	if s.options.kubeconfig != "" {
		steps = []step{
			{"looking for another Rolewright in the cluster", s.connect},
			{"installing the CRDs, RBAC and admission policies", s.install},
			{"starting the manager on this machine", s.startImpersonating},
		}
	}
	for _, step := range slices.Concat(steps, sample) {
		began := time.Now()
		s.printf("==> %s", step.title)
		if err := step.do(ctx); err != nil {
			return err
		}
		s.printf("    %.1f s", time.Since(began).Seconds())
	}
	return nil
}

// startControlPlane starts it with what is built: the controllers join it later, if they are not.
func (s *session) startControlPlane(ctx context.Context) error {
	var err error
	if s.behind, err = s.buildBehind(ctx); err != nil {
		return err
	}
	with := controllers
	if s.behind != nil {
		with = nil
	}
	s.plane, err = controlplane.Start(controlplane.Options{
		CRDPaths: []string{"config/crd/bases"}, Controllers: with, Dir: s.stateDir.controlPlane(),
	})
	if err != nil {
		return err
	}
	if s.cluster, err = newCluster(s.plane.Config()); err != nil {
		return err
	}
	return s.plane.Admin.WriteKubeconfig(s.stateDir.kubeconfig())
}

func (s *session) installPolicies(ctx context.Context) error {
	for _, folder := range []string{"config/rbac", "config/admission"} {
		objects, err := objectsIn(s.stateDir.fromRoot(folder))
		if err != nil {
			return err
		}
		if err := s.cluster.apply(ctx, objects); err != nil {
			return err
		}
	}
	return s.installWebhook(ctx)
}

// installWebhook installs the webhook with an address on this machine: there is no Service to lead to the manager.
func (s *session) installWebhook(ctx context.Context) error {
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
	objects, err := objectsIn(s.stateDir.fromRoot("config/webhook"))
	if err != nil {
		return err
	}
	for _, object := range objects {
		if object.GetKind() == "ValidatingWebhookConfiguration" {
			if err := address(object, "https://localhost:"+port); err != nil {
				return err
			}
		}
	}
	return s.cluster.apply(ctx, objects)
}

// address replaces the Services of webhooks by a URL, with their paths.
func address(configuration *unstructured.Unstructured, url string) error {
	webhooks, _, err := unstructured.NestedSlice(configuration.Object, "webhooks")
	if err != nil {
		return err
	}
	for _, webhook := range webhooks {
		path, _, err := unstructured.NestedString(webhook.(map[string]any), "clientConfig", "service", "path")
		if err != nil {
			return err
		}
		if err := unstructured.SetNestedField(webhook.(map[string]any), map[string]any{"url": url + path}, "clientConfig"); err != nil {
			return err
		}
	}
	return unstructured.SetNestedSlice(configuration.Object, webhooks, "webhooks")
}

func (s *session) startManager(context.Context) error {
	user, err := s.plane.AddUser(managerUser, managerGroups...)
	if err != nil {
		return err
	}
	if err := user.WriteKubeconfig(s.stateDir.managerKubeconfig()); err != nil {
		return err
	}
	return s.launchManager("--leader-elect=false")
}

func (s *session) launchManager(flags ...string) (err error) {
	s.manager, err = startManager(s.stateDir.fromRoot(s.options.manager), s.stateDir.managerLog(), append(flags,
		"--kubeconfig="+s.stateDir.managerKubeconfig(), "--audit-log="+s.stateDir.auditLog(), "--webhook-bind-address="+s.webhook)...)
	return err
}

func (s *session) applySample(ctx context.Context) error {
	objects, err := objectsIn(s.stateDir.fromRoot(s.options.sample))
	if err != nil {
		return err
	}
	return s.cluster.apply(ctx, objects)
}

// awaitPublished waits until the sample is published. It fails early if the
// manager ends.
func (s *session) awaitPublished(ctx context.Context) error {
	waiting, cancel := s.manager.whileRunning(ctx)
	defer cancel()
	unpublished := ""
	err := wait.PollUntilContextTimeout(waiting, 200*time.Millisecond, s.options.timeout, true, func(ctx context.Context) (bool, error) {
		organizations := &v1alpha1.OrganizationList{}
		err := s.cluster.client.List(ctx, organizations)
		unpublished = conditionsOf(organizations.Items)
		return unpublished == "", err
	})
	if err == nil {
		return nil
	}
	if err := s.manager.exitError(); err != nil {
		return err
	}
	return fmt.Errorf("the sample was not published: %w\nits conditions:\n%s\nthe end of %s:\n%s",
		err, unpublished, s.stateDir.managerLog(), controlplane.LogTail(s.stateDir.managerLog()))
}

// conditionsOf returns the conditions of the organizations that are not published, one in each line.
func conditionsOf(organizations []v1alpha1.Organization) string {
	var text strings.Builder
	if len(organizations) == 0 {
		return "there is no organization"
	}
	for i := range organizations {
		o := &organizations[i]
		if meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionPublished) {
			continue
		}
		for _, condition := range o.Status.Conditions {
			_, _ = fmt.Fprintf(&text, "%s/%s %s=%s %s: %s\n",
				o.Namespace, o.Name, condition.Type, condition.Status, condition.Reason, condition.Message)
		}
	}
	return text.String()
}

// waitForInterrupt returns nil when it is interrupted, and an error if the manager
// ends or what is built behind cannot join.
func (s *session) waitForInterrupt(ctx context.Context) error {
	waiting, cancel := s.manager.whileRunning(ctx)
	defer cancel()
	if s.behind != nil {
		select {
		case <-s.behind.done:
			if ctx.Err() != nil {
				return nil // the interrupt has ended it
			}
			if err := s.join(); err != nil {
				return err
			}
		case <-waiting.Done():
		}
	}
	if s.options.once {
		return nil
	}
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
	if s.behind != nil {
		s.behind.stop()
	}
	if s.console != nil {
		failures = append(failures, s.console.stop())
	}
	if s.manager != nil {
		failures = append(failures, s.manager.stop())
	}
	if s.plane != nil {
		failures = append(failures, s.plane.Stop())
	}
	if s.options.kubeconfig != "" && s.manager != nil {
		s.printLeftBehind()
	}
	return errors.Join(failures...)
}

// printf prints a line. Its errors are ignored: there is no other output to report
// them to.
func (s *session) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}
