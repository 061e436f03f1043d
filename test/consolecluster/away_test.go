// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
)

// wire leads to the API server, and can be cut.
type wire struct {
	mutex sync.Mutex
	cut   bool
	open  []net.Conn
}

// through returns a configuration whose clients use the wire.
func (w *wire) through(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		w.mutex.Lock()
		defer w.mutex.Unlock()
		if w.cut {
			return nil, errors.Join(errors.New("the wire is cut"), connection.Close())
		}
		w.open = append(w.open, connection)
		return connection, nil
	}
	return config
}

// set cuts or mends the wire.
func (w *wire) set(cut bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.cut = cut
	if cut {
		for _, connection := range w.open {
			_ = connection.Close()
		}
		w.open = nil
	}
}

var _ = Describe("An API server", func() {
	It("that does not answer leaves pages as they were, and they say since when", func() {
		w := newShop()
		bind("wim", "rolewright-viewer", "")
		to := &wire{}
		wim := open("wim", to.through(configOf("wim")))
		wim.shows(pathOf(w, "user?id=ben"), "Sell")
		Expect(wim.text("/")).NotTo(ContainSubstring("has not answered"))

		to.set(true)
		wim.shows("/", "the API server has not answered since", "less than a minute ago", "the wire is cut")
		page := wim.get(pathOf(w, "user?id=ben"))
		Expect(page.Status).To(Equal(http.StatusOK))
		Expect(page.Text).To(And(ContainSubstring("Sell"), ContainSubstring("has not answered since")))
		Expect(wim.text("/-/object?kind=Role&name=clerk&namespace=" + w.Namespace)).To(ContainSubstring("Clerk"))

		By("catching up when it is back")
		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell, refund]}]}}`)
		to.set(false)
		wim.showsNoMore(pathOf(w, "user?id=ben"), "has not answered since")
		wim.shows(pathOf(w, "user?id=ben"), "Refund")
	})

	It("that was never there is waited for", func() {
		w := newShop()
		bind("wanda", "rolewright-viewer", "")
		to := &wire{cut: true}
		wanda := open("wanda", to.through(configOf("wanda")))
		wanda.shows("/", "the API server has not answered since", "has not returned")
		to.set(false)
		wanda.shows("/", w.Namespace+"/shop")
		wanda.showsNoMore("/", "has not")
	})

	It("that does not know our kinds is said to lack them until it does", func() {
		bare := suite.Start(controlplane.Options{})
		config := bare.Config()
		p := open("admin", config)
		p.shows("/", "The cluster does not know organizations", "Install Rolewright's CustomResourceDefinitions", "There is no Organization here")

		clustertest.Kubectl(bare, "apply", "--server-side", "-k", "config/crd")
		p.showsNoMore("/", "does not know")
		clustertest.Kubectl(bare, "apply", "--server-side", "-f", "config/samples/quickstart")
		p.shows("/", "quickstart/quickstart", "3 users, 3 roles, 3 units")

		clustertest.Kubectl(bare, "delete", "crd", "roles.rolewright.dev", "--wait=false")
		p.shows("/", "The cluster does not know roles of rolewright.dev", "not resolved")
	})
})
