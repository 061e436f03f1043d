// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"os"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// User is a user with a client certificate. RBAC defines what they may do.
type User struct {
	// Config is for clients in this process.
	Config *rest.Config
	// Kubeconfig is the content of a kubeconfig file, for other processes.
	Kubeconfig []byte
}

// AddUser creates credentials for a user with a name and groups. The name of a
// service account (system:serviceaccount:<namespace>:<name>) leads to exactly the
// rights of that account.
func (c *ControlPlane) AddUser(name string, groups ...string) (*User, error) {
	base := &rest.Config{QPS: c.Admin.Config.QPS, Burst: c.Admin.Config.Burst}
	added, err := c.environment.AddUser(envtest.User{Name: name, Groups: groups}, base)
	if err != nil {
		return nil, fmt.Errorf("adding user %s: %w", name, err)
	}
	kubeconfig, err := added.KubeConfig()
	if err != nil {
		return nil, fmt.Errorf("adding user %s: %w", name, err)
	}
	return &User{Config: added.Config(), Kubeconfig: kubeconfig}, nil
}

// WriteKubeconfig writes the user's kubeconfig to a file that only its owner
// can read, since it contains a private key.
func (u *User) WriteKubeconfig(path string) error {
	return os.WriteFile(path, u.Kubeconfig, 0o600)
}
