// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"os"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// User is a user whom the API server knows by a client certificate. RBAC
// says what they may do.
type User struct {
	// Config is for clients in this process.
	Config *rest.Config
	// Kubeconfig is the same in a file's form, for other processes.
	Kubeconfig []byte
}

// AddUser makes credentials for a user of that name in those groups. The name
// of a service account (system:serviceaccount:<namespace>:<name>) gives a
// client with exactly that account's rights.
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
// can read, for it holds a private key.
func (u *User) WriteKubeconfig(path string) error {
	return os.WriteFile(path, u.Kubeconfig, 0o600)
}
