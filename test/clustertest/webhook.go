// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/controllers/certificate"
	"github.com/rolewright/rolewright/internal/controlplane"
)

// systemNamespace is the manager's.
const systemNamespace = "rolewright-system"

// InstallWebhook installs the configuration of the webhook and the Secret for its certificate, and returns where a manager of the
// test is to serve it: nothing leads to the Service of config/webhook, so the API server gets an address instead.
func InstallWebhook(api client.Client) *controllers.Webhook {
	ginkgo.GinkgoHelper()
	webhook := &controllers.Webhook{Host: "127.0.0.1", Port: freePort(), Namespace: systemNamespace}
	ctx := context.Background()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemNamespace}}
	gomega.Expect(client.IgnoreAlreadyExists(api.Create(ctx, namespace))).To(gomega.Succeed())
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: certificate.SecretName}}
	gomega.Expect(client.IgnoreAlreadyExists(api.Create(ctx, secret))).To(gomega.Succeed())

	root, err := controlplane.Root()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	text, err := os.ReadFile(filepath.Join(root, "config", "webhook", "configuration.yaml"))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	gomega.Expect(yaml.UnmarshalStrict(text, configuration)).To(gomega.Succeed())
	for i := range configuration.Webhooks {
		address := fmt.Sprintf("https://localhost:%d%s", webhook.Port, *configuration.Webhooks[i].ClientConfig.Service.Path)
		configuration.Webhooks[i].ClientConfig = admissionregistrationv1.WebhookClientConfig{URL: &address}
	}
	gomega.Expect(api.Create(ctx, configuration)).To(gomega.Succeed())
	return webhook
}

// AwaitWebhook waits until the API server has what it takes to call the webhook.
func AwaitWebhook(api client.Client) {
	ginkgo.GinkgoHelper()
	gomega.Eventually(func() []byte {
		configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
		key := client.ObjectKey{Name: certificate.ConfigurationName}
		gomega.Expect(api.Get(context.Background(), key, configuration)).To(gomega.Succeed())
		return configuration.Webhooks[0].ClientConfig.CABundle
	}).ShouldNot(gomega.BeEmpty())
}

func freePort() int {
	ginkgo.GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	defer func() { gomega.Expect(listener.Close()).To(gomega.Succeed()) }()
	return listener.Addr().(*net.TCPAddr).Port
}
