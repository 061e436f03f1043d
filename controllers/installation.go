// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-logr/logr"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
	coordinationv1client "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/utils/ptr"
)

// Installation keeps two installations from working in one cluster: all replicas of all compete for one Lease, and one that sees it
// held by a replica of another installation ends. An installation is known by the service account that its replicas run as.
type Installation struct {
	// Every is how often to look at who holds the Lease.
	Every time.Duration
	Clock func() time.Time
	Log   logr.Logger

	leases                    coordinationv1client.LeaseInterface
	namespace, name, identity string
}

// NewInstallation returns the installation that a configuration is a replica of, which competes for the Lease of a name.
func NewInstallation(config *rest.Config, namespace, name string) (*Installation, error) {
	client, err := coordinationv1client.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	user, err := userOf(config)
	if err != nil {
		return nil, fmt.Errorf("reading the credentials of the manager: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return &Installation{
		leases: client.Leases(namespace), namespace: namespace, name: name,
		identity: user + "/" + host + "_" + string(uuid.NewUUID()),
	}, nil
}

// userOf returns the user whom the API server will take the credentials of a configuration for, empty if they do not say it. It asks
// nobody: a manager that does not lead sends no request but reads.
func userOf(config *rest.Config) (string, error) {
	if config.Impersonate.UserName != "" {
		return config.Impersonate.UserName, nil
	}
	if config.BearerToken != "" {
		return subjectOf(config.BearerToken), nil
	}
	tls, err := rest.TLSConfigFor(config)
	if err != nil || tls == nil || tls.GetClientCertificate == nil {
		return "", err
	}
	certificate, err := tls.GetClientCertificate(nil)
	if err != nil || certificate == nil || len(certificate.Certificate) == 0 {
		return "", err
	}
	parsed, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		return "", err
	}
	return parsed.Subject.CommonName, nil
}

// subjectOf returns the subject of a service account's token, empty if it is another.
func subjectOf(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Subject string `json:"sub"`
	}
	if err != nil || json.Unmarshal(text, &claims) != nil {
		return ""
	}
	return claims.Subject
}

// Lock returns what the replicas compete for, for a configuration of its own.
func (i *Installation) Lock(config *rest.Config, renewDeadline time.Duration) (resourcelock.Interface, error) {
	return resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, i.namespace, i.name,
		resourcelock.ResourceLockConfig{Identity: i.identity}, config, renewDeadline)
}

// NeedLeaderElection has replicas that do not lead look as well.
func (*Installation) NeedLeaderElection() bool { return false }

// Start looks who holds the Lease until the manager ends. It returns an error, which ends the manager, if that is another
// installation.
func (i *Installation) Start(ctx context.Context) error {
	ticker := time.NewTicker(i.Every)
	defer ticker.Stop()
	for {
		lease, err := i.leases.Get(ctx, i.name, metav1.GetOptions{})
		switch {
		case err == nil:
			if err := i.conflict(lease); err != nil {
				return err
			}
		case !apierrors.IsNotFound(err) && ctx.Err() == nil:
			i.Log.Error(err, "Looking for another installation", "lease", i.namespace+"/"+i.name)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// conflict returns an error if a replica of another installation holds a Lease that has not ended. Who is not known is none.
func (i *Installation) conflict(lease *coordinationv1.Lease) error {
	other, own := installationOf(ptr.Deref(lease.Spec.HolderIdentity, "")), installationOf(i.identity)
	if other == "" || own == "" || other == own || lease.Spec.RenewTime == nil {
		return nil
	}
	end := lease.Spec.RenewTime.Add(time.Duration(ptr.Deref(lease.Spec.LeaseDurationSeconds, 0)) * time.Second)
	if !i.Clock().Before(end) {
		return nil
	}
	return fmt.Errorf("another installation of Rolewright works in this cluster: %q holds the Lease %s/%s, and this manager runs as %q: "+
		"a cluster has one installation, so uninstall one of the two", other, i.namespace, i.name, own)
}

// installationOf returns the user that the replica of an identity runs as, whose name may contain a slash.
func installationOf(identity string) string {
	return identity[:max(strings.LastIndex(identity, "/"), 0)]
}
