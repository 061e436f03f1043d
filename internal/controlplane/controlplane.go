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

// An idle machine starts in three seconds, a busy one with two cores takes much
// longer. These limits only prevent hanging.
const (
	startTimeout = 2 * time.Minute
	stopTimeout  = time.Minute
)

// The most common values of Options.Controllers.
const (
	// GarbageCollector removes objects whose owners are gone.
	GarbageCollector = "garbage-collector-controller"
	// NamespaceController empties and then removes a deleted namespace.
	NamespaceController = "namespace-controller"
	// RoleAggregator adds to ClusterRoles such as "view" the rules of the
	// ClusterRoles that their aggregationRule selects.
	RoleAggregator = "clusterrole-aggregation-controller"
	// ServiceAccountController gives every namespace its default account.
	ServiceAccountController = "serviceaccount-controller"
)

// Options configure Start. The zero value starts an API server without custom
// resources or controllers, in a temporary folder.
type Options struct {
	// CRDPaths are files and folders with CustomResourceDefinitions to
	// install. Relative paths are relative to the module's root.
	CRDPaths []string
	// Controllers are the controllers that kube-controller-manager runs. If there
	// are none, it is not started.
	Controllers []string
	// APIServerFlags are more flags of kube-apiserver, without dashes, with their values.
	APIServerFlags map[string]string
	// EtcdFlags are more flags of etcd, in the same form.
	EtcdFlags map[string]string
	// Dir is the folder for data, certificates and logs. Start creates it if it
	// does not exist; it must not contain anything of an earlier run. By default
	// it is a temporary folder, which Stop removes.
	Dir string
}

// ControlPlane is a running control plane. Stop ends it.
type ControlPlane struct {
	// Admin is a user in the group system:masters.
	Admin *User

	environment       *envtest.Environment
	controllerManager *controllerManager
	logs              *logs
	// dir is the folder of Options.
	dir string
	// temporary is the folder that Stop removes; it is empty if Options name one.
	temporary string
}

// Start starts a control plane. It returns when the API server answers, the
// CustomResourceDefinitions are established and the controllers are healthy. If it
// returns an error, nothing is running.
func Start(options Options) (*ControlPlane, error) {
	plane := &ControlPlane{}
	if err := plane.start(options); err != nil {
		return nil, errors.Join(err, plane.Stop())
	}
	return plane, nil
}

func (c *ControlPlane) start(options Options) error {
	var err error
	if c.dir, err = c.prepare(options.Dir); err != nil {
		return err
	}
	if c.environment, err = newEnvironment(options, c.dir, c.logs); err != nil {
		return err
	}
	if _, err := c.environment.Start(); err != nil {
		return fmt.Errorf("starting etcd and kube-apiserver: %w\n%s", err, c.logs.tail())
	}
	c.Admin = &User{Config: c.environment.Config, Kubeconfig: c.environment.KubeConfig}
	if len(options.Controllers) == 0 {
		return nil
	}
	return c.StartControllers(options.Controllers...)
}

// StartControllers starts kube-controller-manager with some controllers, if Options named none. It returns when they are healthy.
func (c *ControlPlane) StartControllers(controllers ...string) error {
	// Policies refer to it by the name that it has in every cluster.
	manager, err := c.AddUser("system:kube-controller-manager", "system:masters")
	if err != nil {
		return err
	}
	c.controllerManager, err = startControllerManager(manager, controllers, c.dir)
	return err
}

// prepare creates the folders and log files of the programs.
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
	for _, program := range []string{Etcd, APIServer} {
		if paths[program], err = Locate(program); err != nil {
			return nil, err
		}
	}
	// Never use the cluster of a kubeconfig, whatever USE_EXISTING_CLUSTER says.
	existing := false
	environment := &envtest.Environment{
		UseExistingCluster:       &existing,
		CRDDirectoryPaths:        crds,
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
		ControlPlaneStopTimeout:  stopTimeout,
	}
	environment.CRDInstallOptions.MaxTime = startTimeout
	etcd, server := logs.file(Etcd), logs.file(APIServer)
	environment.ControlPlane = envtest.ControlPlane{
		Etcd: &envtest.Etcd{
			Path: paths[Etcd], DataDir: filepath.Join(dir, "etcd"), Out: etcd, Err: etcd,
		},
		APIServer: &envtest.APIServer{
			Path: paths[APIServer], CertDir: certificatesIn(dir), Out: server, Err: server,
		},
	}
	for flag, value := range options.APIServerFlags {
		environment.ControlPlane.APIServer.Configure().Set(flag, value)
	}
	for flag, value := range options.EtcdFlags {
		environment.ControlPlane.Etcd.Configure().Set(flag, value)
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

// Config returns the administrator's configuration for clients.
func (c *ControlPlane) Config() *rest.Config { return rest.CopyConfig(c.Admin.Config) }

// Stop stops everything that Start started and removes the temporary folder. It
// may be called more than once.
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
