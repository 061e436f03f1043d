// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"crypto/tls"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook"

	"github.com/rolewright/rolewright/controllers/admission"
	"github.com/rolewright/rolewright/controllers/certificate"
)

// Webhook is where the webhook is served.
type Webhook struct {
	// Host and Port to listen on; an empty host is every address.
	Host string
	Port int
	// Namespace of the Service, and of the Secret with the certificate.
	Namespace string
}

// webhookServer serves the webhook, with a certificate that the API server knows.
type webhookServer struct {
	// address is nil if there is no webhook.
	address *Webhook
	judge   *admission.Handler
	preview *admission.Preview
}

// Setup adds the webhook to a manager. It is served by every replica.
func (s *webhookServer) Setup(manager ctrl.Manager) error {
	if s.address == nil {
		return nil
	}
	// The API server reads certificates by the clock of its machine.
	certificates := &certificate.Reconciler{Namespace: s.address.Namespace, Clock: time.Now}
	if err := certificates.Setup(manager); err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{
		Host: s.address.Host, Port: s.address.Port,
		TLSOpts: []func(*tls.Config){func(c *tls.Config) { c.GetCertificate = certificates.GetCertificate }},
	})
	server.Register(admission.Path, &webhook.Admission{Handler: s.judge})
	server.Register(admission.PreviewPath, &webhook.Admission{Handler: s.preview})
	if err := manager.Add(server); err != nil {
		return err
	}
	return manager.AddReadyzCheck("certificate", certificates.Ready)
}
