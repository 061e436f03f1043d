// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// installed are the folders that are installed into an existing cluster. The webhook is not among them: the API server of another
// machine does not reach the manager on this one.
var installed = []string{"config/crd", "config/rbac", "config/admission"}

// connect reaches the existing cluster of the flag, and refuses one with an installation of Rolewright that no earlier run made.
func (s *session) connect(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", s.options.kubeconfig)
	if err != nil {
		return fmt.Errorf("-kubeconfig: %w", err)
	}
	if s.cluster, err = newCluster(config); err != nil {
		return err
	}
	objects, err := s.toInstall()
	if err != nil {
		return err
	}
	sample, err := objectsIn(s.stateDir.fromRoot(s.options.sample))
	if err != nil {
		return err
	}
	foreign, err := s.cluster.foreign(ctx, append(objects, sample...))
	if err != nil {
		return err
	}
	if foreign != nil {
		return fmt.Errorf("%s exists in the cluster %s, and no \"make run\" applied it: nothing was changed; "+
			"use a cluster without Rolewright, or uninstall it there first", nameOf(foreign), config.Host)
	}
	s.printf("    the cluster is %s", config.Host)
	return nil
}

// toInstall returns everything but the sample.
func (s *session) toInstall() ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	for _, folder := range installed {
		objects, err := objectsIn(s.stateDir.fromRoot(folder))
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

func (s *session) install(ctx context.Context) error {
	objects, err := s.toInstall()
	if err != nil {
		return err
	}
	return s.cluster.apply(ctx, objects)
}

// startImpersonating starts the manager with the rights of its service account, as whom the user of the kubeconfig acts.
func (s *session) startImpersonating(context.Context) error {
	config, err := clientcmd.LoadFromFile(s.options.kubeconfig)
	if err != nil {
		return err
	}
	if err := clientcmdapi.MinifyConfig(config); err != nil {
		return err
	}
	if err := clientcmdapi.FlattenConfig(config); err != nil {
		return err
	}
	// The console has the rights of the user. By the folder of its kubeconfig a later run knows it for ours.
	if err := clientcmd.WriteToFile(*config, s.stateDir.kubeconfig()); err != nil {
		return err
	}
	for _, user := range config.AuthInfos {
		user.Impersonate, user.ImpersonateGroups = managerUser, managerGroups
	}
	if err := clientcmd.WriteToFile(*config, s.stateDir.managerKubeconfig()); err != nil {
		return err
	}
	s.webhook = "0"
	return s.launchManager("--leader-elect=true")
}

// printLeftBehind says what stays in an existing cluster.
func (s *session) printLeftBehind() {
	s.printf(`
The manager is stopped. What was installed into the cluster stays, with the sample. To remove it:

  export KUBECONFIG=%s
  kubectl delete --ignore-not-found -f %s
  kubectl delete --ignore-not-found -k config/admission
  kubectl delete --ignore-not-found -k config/rbac
  kubectl delete --ignore-not-found -k config/crd   # and every object of Rolewright's kinds`,
		s.options.kubeconfig, s.options.sample)
}
