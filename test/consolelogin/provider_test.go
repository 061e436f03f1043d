// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/rolewright/rolewright/internal/console/login"
)

const (
	clientID     = "rolewright"
	otherClient  = "another"
	clientSecret = "a secret of the client"
	password     = "correct horse"
)

// directory is the storage of an OpenID provider: whom it knows, in which groups, and its clients.
type directory struct {
	*storage.Storage
	mutex  sync.Mutex
	groups map[string][]string
	root   string
}

// GetUserByID implements storage.UserStore: the id of a user is their name.
func (d *directory) GetUserByID(id string) *storage.User {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if _, known := d.groups[id]; !known {
		return nil
	}
	return &storage.User{ID: id, Username: id, Password: password}
}

// GetUserByUsername implements storage.UserStore.
func (d *directory) GetUserByUsername(name string) *storage.User { return d.GetUserByID(name) }

// ExampleClientID implements storage.UserStore.
func (d *directory) ExampleClientID() string { return storage.ServiceUserID }

// add makes a person known.
func (d *directory) add(name string, groups ...string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.groups[name] = groups
}

// SetUserinfoFromRequest implements op.CanSetUserinfoFromRequest: it puts the groups into ID tokens.
func (d *directory) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, token op.IDTokenRequest, _ []string) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	info.Subject = token.GetSubject()
	info.AppendClaims("groups", slices.Clone(d.groups[token.GetSubject()]))
	return nil
}

// registered is a client that people may come back to after they have logged out.
type registered struct {
	op.Client
	root string
}

// PostLogoutRedirectURIs implements op.Client.
func (c registered) PostLogoutRedirectURIs() []string { return []string{c.root + login.LoggedOutPath} }

// GetClientByClientID implements op.Storage.
func (d *directory) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := d.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return registered{found, d.root}, nil
}

// provider is an OpenID provider.
type provider struct {
	*httptest.Server
	people *directory
	// certificate and key are files with those of the provider, which the console uses too.
	certificate, key string
}

// startProvider starts an OpenID provider that knows a console.
func startProvider(root string) *provider {
	GinkgoHelper()
	var handler http.Handler
	p := &provider{people: &directory{groups: map[string][]string{}, root: root}}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	DeferCleanup(p.Close)
	storage.RegisterClients(
		storage.WebClient(clientID, clientSecret, root+login.CallbackPath),
		storage.WebClient(otherClient, clientSecret, root+login.CallbackPath, "https://another.example/callback"),
	)
	p.people.Storage = storage.NewStorage(p.people)
	log := slog.New(slog.NewTextHandler(GinkgoWriter, &slog.HandlerOptions{Level: slog.LevelWarn}))
	handler = exampleop.SetupServer(p.URL, p.people, log, false)
	folder := GinkgoT().TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(p.TLS.Certificates[0].PrivateKey)
	Expect(err).NotTo(HaveOccurred())
	p.certificate = writePEM(folder, "CERTIFICATE", p.Certificate().Raw)
	p.key = writePEM(folder, "PRIVATE KEY", key)
	return p
}

func writePEM(folder, kind string, content []byte) string {
	GinkgoHelper()
	file := filepath.Join(folder, kind)
	Expect(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)).To(Succeed())
	return file
}
