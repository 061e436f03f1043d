// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// Users are users of a control plane, whom the API server authenticates by client certificates.
type Users struct {
	plane  *controlplane.ControlPlane
	groups []string

	mutex   sync.Mutex
	clients map[string]client.Client
}

// NewUsers returns users that are all in some groups.
func NewUsers(plane *controlplane.ControlPlane, groups ...string) *Users {
	return &Users{plane: plane, groups: groups, clients: map[string]client.Client{}}
}

// As returns the client of a user. A service account is named in full: system:serviceaccount:namespace:name.
func (u *Users) As(name string) client.Client {
	ginkgo.GinkgoHelper()
	u.mutex.Lock()
	defer u.mutex.Unlock()
	if known := u.clients[name]; known != nil {
		return known
	}
	groups := slices.Clone(u.groups)
	if strings.HasPrefix(name, "system:serviceaccount:") {
		groups = append(groups, "system:serviceaccounts")
	}
	user, err := u.plane.AddUser(name, groups...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	u.clients[name] = NewClient(user.Config)
	return u.clients[name]
}
