// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// A loaded machine with two cores takes far longer than the three seconds
// that a start needs at rest; these are limits against hanging, not targets.
const (
	startTimeout = 2 * time.Minute
	stopTimeout  = time.Minute
)

// The controllers of kube-controller-manager that Options.Controllers names
// most often.
const (
	// GarbageCollector removes objects whose owners are gone.
	GarbageCollector = "garbage-collector-controller"
	// NamespaceController empties and then removes a deleted namespace.
	NamespaceController = "namespace-controller"
	// RoleAggregator fills ClusterRoles, "view" for one, with the rules of
	// those that their aggregationRule selects.
	RoleAggregator = "clusterrole-aggregation-controller"
	// ServiceAccountController gives every namespace its default account.
	ServiceAccountController = "serviceaccount-controller"
)

// Options say what Start starts. The zero value is an API server without
// custom resources or controllers, in a temporary folder.
type Options struct {
	// CRDPaths are files and folders with CustomResourceDefinitions to
	// install. A relative path is taken from the module's root.
	CRDPaths []string
	// Controllers are those that kube-controller-manager runs. It is not
	// started when there are none.
	Controllers []string
	// Dir keeps data, certificates and logs; Start creates it where it is
	// missing, and it must hold nothing of an earlier run. Empty means a
	// temporary folder, which Stop removes.
	Dir string
}

// ControlPlane is a running control plane. Stop ends it.
type ControlPlane struct {
	// Admin is a user in the group system:masters.
	Admin *User

	environment       *envtest.Environment
	controllerManager *controllerManager
	logs              *logs
	// temporary is the folder that Stop removes; empty if the caller named one.
	temporary string
}

// Start starts a control plane and returns once the API server answers, the
// CustomResourceDefinitions are established and the controllers are healthy.
// After an error nothing is left running.
func Start(options Options) (*ControlPlane, error) {
	plane := &ControlPlane{}
	if err := plane.start(options); err != nil {
		return nil, errors.Join(err, plane.Stop())
	}
	return plane, nil
}

func (c *ControlPlane) start(options Options) error {
	dir, err := c.prepare(options.Dir)
	if err != nil {
		return err
	}
	if c.environment, err = newEnvironment(options, dir, c.logs); err != nil {
		return err
	}
	if _, err := c.environment.Start(); err != nil {
		return fmt.Errorf("starting etcd and kube-apiserver: %w\n%s", err, c.logs.tail())
	}
	c.Admin = &User{Config: c.environment.Config, Kubeconfig: c.environment.KubeConfig}
	if len(options.Controllers) == 0 {
		return nil
	}
	// Policies know it by the name that it has in every cluster.
	manager, err := c.AddUser("system:kube-controller-manager", "system:masters")
	if err != nil {
		return err
	}
	c.controllerManager, err = startControllerManager(manager, options.Controllers, dir)
	return err
}

// prepare makes the folders, and opens the logs, that the programs write to.
func (c *ControlPlane) prepare(dir string) (string, error) {
	var err error
	if dir == "" {
		if dir, err = os.MkdirTemp("", "rolewright-controlplane-"); err != nil {
			return "", err
		}
		c.temporary = dir
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(certificatesIn(dir), 0o700); err != nil {
		return "", err
	}
	c.logs, err = openLogs(dir, Etcd, APIServer)
	return dir, err
}

func certificatesIn(dir string) string { return filepath.Join(dir, "certificates") }

func newEnvironment(options Options, dir string, logs *logs) (*envtest.Environment, error) {
	crds, err := fromRoot(options.CRDPaths)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, program := range []string{Etcd, APIServer, Kubectl} {
		if paths[program], err = Locate(program); err != nil {
			return nil, err
		}
	}
	// Never the cluster of someone's kubeconfig, whatever USE_EXISTING_CLUSTER says.
	existing := false
	environment := &envtest.Environment{
		UseExistingCluster:       &existing,
		CRDDirectoryPaths:        crds,
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
		ControlPlaneStopTimeout:  stopTimeout,
	}
	environment.CRDInstallOptions.MaxTime = startTimeout
	etcd, server := logs.of(Etcd), logs.of(APIServer)
	environment.ControlPlane = envtest.ControlPlane{
		KubectlPath: paths[Kubectl],
		Etcd: &envtest.Etcd{
			Path: paths[Etcd], DataDir: filepath.Join(dir, "etcd"), Out: etcd, Err: etcd,
		},
		APIServer: &envtest.APIServer{
			Path: paths[APIServer], CertDir: certificatesIn(dir), Out: server, Err: server,
		},
	}
	return environment, nil
}

func fromRoot(paths []string) ([]string, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	absolute := make([]string, 0, len(paths))
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			path = filepath.Join(root, path)
		}
		absolute = append(absolute, path)
	}
	return absolute, nil
}

// Config is the administrator's configuration, for a client.
func (c *ControlPlane) Config() *rest.Config { return rest.CopyConfig(c.Admin.Config) }

// Stop ends everything that Start started and removes the temporary folder.
// It may be called again.
func (c *ControlPlane) Stop() error {
	var failures []error
	if c.controllerManager != nil {
		failures = append(failures, c.controllerManager.stop())
		c.controllerManager = nil
	}
	if c.environment != nil {
		failures = append(failures, c.environment.Stop())
		c.environment = nil
	}
	c.logs.close()
	if c.temporary != "" {
		failures = append(failures, os.RemoveAll(c.temporary))
		c.temporary = ""
	}
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("stopping the control plane: %w", err)
	}
	return nil
}
