// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"sync/atomic"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	applyadmissionregistrationv1 "k8s.io/client-go/applyconfigurations/admissionregistration/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// Names of what config/webhook installs.
const (
	SecretName        = "rolewright-webhook-certificate"
	ServiceName       = "rolewright-webhook"
	ConfigurationName = "rolewright-authority"
)

const (
	// Validity is how long a certificate is valid. It is replaced after two thirds of that.
	Validity = 90 * 24 * time.Hour
	// check is how often to look whether it should be.
	check = time.Hour
)

type webhookConfiguration = admissionregistrationv1.ValidatingWebhookConfiguration

// Reconciler keeps the certificate, and the trust of the API server in it.
type Reconciler struct {
	// Namespace of the Secret and of the Service.
	Namespace string
	// Clock returns the time.
	Clock func() time.Time

	// objects holds the two objects and nothing else, and client writes them.
	objects client.Reader
	client  client.Client
	serving atomic.Pointer[tls.Certificate]
}

// Setup adds the controller to a manager. It runs in every replica: one that does not lead serves as well.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	byName := func(name string) fields.Selector { return fields.OneTermEqualSelector("metadata.name", name) }
	objects, err := cache.New(manager.GetConfig(), cache.Options{
		Scheme: manager.GetScheme(), Mapper: manager.GetRESTMapper(), HTTPClient: manager.GetHTTPClient(),
		ByObject: map[client.Object]cache.ByObject{
			&corev1.Secret{}:        {Namespaces: map[string]cache.Config{r.Namespace: {FieldSelector: byName(SecretName)}}},
			&webhookConfiguration{}: {Field: byName(ConfigurationName)},
		},
	})
	if err != nil {
		return err
	}
	if err := manager.Add(everyReplica{objects}); err != nil {
		return err
	}
	// The manager's own client would have its cache hold what it writes, and that of every Secret.
	if r.client, err = client.New(manager.GetConfig(), client.Options{
		HTTPClient: manager.GetHTTPClient(), Scheme: manager.GetScheme(), Mapper: manager.GetRESTMapper(),
	}); err != nil {
		return err
	}
	r.objects = objects
	leaderOnly := false
	watches, err := controller.New("certificate", manager, controller.Options{Reconciler: r, NeedLeaderElection: &leaderOnly})
	if err != nil {
		return err
	}
	one := handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request { return []reconcile.Request{{}} })
	for _, object := range []client.Object{&corev1.Secret{}, &webhookConfiguration{}} {
		if err := watches.Watch(source.Kind(objects, object, one)); err != nil {
			return err
		}
	}
	return nil
}

// everyReplica is a cache that does not wait for the lead.
type everyReplica struct{ cache.Cache }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (everyReplica) NeedLeaderElection() bool { return false }

// Reconcile replaces the certificate in time, serves it, and has the API server trust it.
func (r *Reconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	secret, configuration := &corev1.Secret{}, &webhookConfiguration{}
	if missing, err := r.read(ctx, secret, configuration); missing || err != nil {
		return reconcile.Result{RequeueAfter: check}, err
	}
	data, err := rotate(secret.Data, trusted(configuration), r.names(), Validity, r.Clock())
	if err != nil {
		return reconcile.Result{}, err
	}
	if !maps.EqualFunc(secret.Data, data, bytes.Equal) {
		// What follows is done when the Secret comes back, from whichever replica wrote it.
		secret = secret.DeepCopy()
		secret.Data = data
		log.FromContext(ctx).Info("Writing certificates", "secret", SecretName)
		if err := r.client.Update(ctx, secret); err != nil && !apierrors.IsConflict(err) {
			return reconcile.Result{}, fmt.Errorf("writing certificates: %w", err)
		}
		return reconcile.Result{RequeueAfter: check}, nil
	}
	served, err := tls.X509KeyPair(data[certKey], data[keyKey])
	if err != nil {
		return reconcile.Result{}, err
	}
	r.serving.Store(&served)
	return reconcile.Result{RequeueAfter: check}, r.trust(ctx, configuration, data[bundleKey])
}

// read reads the two objects, and reports whether one is missing: then it is waited for.
func (r *Reconciler) read(ctx context.Context, objects ...client.Object) (missing bool, err error) {
	for _, object := range objects {
		key := client.ObjectKey{Namespace: r.Namespace, Name: SecretName}
		if _, is := object.(*corev1.Secret); !is {
			key = client.ObjectKey{Name: ConfigurationName}
		}
		if err := r.objects.Get(ctx, key, object); err != nil {
			if apierrors.IsNotFound(err) {
				log.FromContext(ctx).Info("Waiting for what config/webhook installs", "name", key.Name)
				return true, nil
			}
			return false, err
		}
	}
	return false, nil
}

// names are those by which the API server calls the webhook: that of the Service or, on one machine, localhost.
func (r *Reconciler) names() []string {
	return []string{ServiceName + "." + r.Namespace + ".svc", "localhost"}
}

// trusted returns the caBundle that all webhooks of a configuration have; nil if there is none.
func trusted(configuration *webhookConfiguration) []byte {
	for i := range configuration.Webhooks {
		return configuration.Webhooks[i].ClientConfig.CABundle
	}
	return nil
}

// trust has the API server trust what a bundle holds.
func (r *Reconciler) trust(ctx context.Context, configuration *webhookConfiguration, authorities []byte) error {
	desired := applyadmissionregistrationv1.ValidatingWebhookConfiguration(ConfigurationName)
	same := true
	for i := range configuration.Webhooks {
		webhook := &configuration.Webhooks[i]
		same = same && bytes.Equal(webhook.ClientConfig.CABundle, authorities)
		desired.WithWebhooks(applyadmissionregistrationv1.ValidatingWebhook().WithName(webhook.Name).
			WithClientConfig(applyadmissionregistrationv1.WebhookClientConfig().WithCABundle(authorities...)))
	}
	if same {
		return nil
	}
	log.FromContext(ctx).Info("Writing the caBundle", "configuration", ConfigurationName)
	if err := r.client.Apply(ctx, desired, client.FieldOwner("rolewright-certificate"), client.ForceOwnership); err != nil {
		return fmt.Errorf("writing the caBundle of %s: %w", ConfigurationName, err)
	}
	return nil
}

// GetCertificate returns the certificate to serve with.
func (r *Reconciler) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if served := r.serving.Load(); served != nil {
		return served, nil
	}
	return nil, errors.New("there is no certificate yet")
}

// Ready implements healthz.Checker.
func (r *Reconciler) Ready(*http.Request) error {
	_, err := r.GetCertificate(nil)
	return err
}
