// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/clustertest"
)

const (
	serviceUser = "system:serviceaccount:rolewright-system:rolewright-serve"
	serviceBase = "https://pdp.example.com"
)

// desk is the decision service with access requests, and the applications that call it.
type desk struct {
	*world
	url string
	// tokens are those of service accounts, by their names.
	tokens map[string]string
}

// members are those of a JSON object.
type members = map[string]any

// newDesk starts the service with the rights of config/serve and its component. The backend may ask for ann, and stranger for eve.
func newDesk(w *world, flags ...string) *desk {
	GinkgoHelper()
	clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("docs", "examples", "accessrequests"))
	account, err := plane.AddUser(serviceUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	Expect(err).NotTo(HaveOccurred())
	folder := GinkgoT().TempDir()
	kubeconfig, keys := filepath.Join(folder, "kubeconfig"), filepath.Join(folder, "keys.pem")
	Expect(account.WriteKubeconfig(kubeconfig)).To(Succeed())
	Expect(os.WriteFile(keys, newKey(), 0o600)).To(Succeed())
	d := &desk{world: w, tokens: map[string]string{}}
	for name, user := range map[string]string{"backend": "ann", "stranger": "eve"} {
		d.addCaller(name, user)
	}
	ctx, stop := context.WithCancel(context.Background())
	said, ended := gbytes.NewBuffer(), make(chan int, 1)
	line := append([]string{
		"rolewright", "serve", "--kubeconfig", kubeconfig, "-n", w.Namespace, "--listen", "127.0.0.1:0", "--base-url", serviceBase,
		"--access-request-keys", keys, "--review-cache", "1s",
	}, flags...)
	go func() {
		defer GinkgoRecover()
		ended <- cli.Run(ctx, line, genericiooptions.IOStreams{In: strings.NewReader(""), Out: GinkgoWriter, ErrOut: io.MultiWriter(said, GinkgoWriter)})
	}()
	DeferCleanup(func() {
		stop()
		Eventually(ended).Should(Receive())
	})
	Eventually(said).Should(gbytes.Say(`Answering at http://127\.0\.0\.1:\d+\n`))
	d.url = regexp.MustCompile(`http://127\S+`).FindString(string(said.Contents()))
	Eventually(func() int { return d.send(http.MethodGet, "/readyz", "", nil).status }).Should(Equal(http.StatusOK))
	return d
}

func newKey() []byte {
	GinkgoHelper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	der, err := x509.MarshalPKCS8PrivateKey(key)
	Expect(err).NotTo(HaveOccurred())
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// addCaller makes a service account that may ask the service, and make requests for a user.
func (d *desk) addCaller(name, user string) {
	GinkgoHelper()
	set, err := kubernetes.NewForConfig(plane.Config())
	Expect(err).NotTo(HaveOccurred())
	accounts := set.CoreV1().ServiceAccounts(d.Namespace)
	_, err = accounts.Create(d.Ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	token, err := accounts.CreateToken(d.Ctx, name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: []string{"rolewright"}},
	}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	d.tokens[name] = token.Status.Token
	for _, role := range []string{"rolewright-decisions", "rolewright-requester"} {
		Expect(api.Create(d.Ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: d.Namespace, Name: name + "-" + role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: name, Namespace: d.Namespace}},
		})).To(Succeed())
	}
	d.AllowImpersonation(d.account(name), user)
}

func (d *desk) account(name string) string {
	return "system:serviceaccount:" + d.Namespace + ":" + name
}

// said is what the service answered.
type said struct {
	status int
	body   members
}

// at returns a part of the answer.
func (s *said) at(path ...string) any {
	var found any = s.body
	for _, name := range path {
		object, _ := found.(members)
		found = object[name]
	}
	return found
}

func (s *said) text(path ...string) string {
	text, _ := s.at(path...).(string)
	return text
}

func (s *said) problem() string {
	return strings.TrimPrefix(s.text("type"), "urn:openid:authzen:access-request:error:")
}

// send sends a request as a service account, to a path or to a URL that the service has named.
func (d *desk) send(method, to, caller string, body any, headers ...string) *said {
	GinkgoHelper()
	text, err := json.Marshal(body)
	Expect(err).NotTo(HaveOccurred())
	reader := io.Reader(http.NoBody)
	if body != nil {
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(d.Ctx, method, d.url+strings.TrimPrefix(to, serviceBase), reader)
	Expect(err).NotTo(HaveOccurred())
	request.Header.Set("Content-Type", "application/json")
	if caller != "" {
		request.Header.Set("Authorization", "Bearer "+d.tokens[caller])
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	Expect(err).NotTo(HaveOccurred())
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	Expect(err).NotTo(HaveOccurred())
	answer := &said{status: response.StatusCode}
	_ = json.Unmarshal(read, &answer.body)
	return answer
}

// question is whether ann may decide on behalf of others in the east.
func question(more ...members) members {
	asked := members{
		"subject": members{"type": "user", "id": "ann"}, "action": members{"name": "on-behalf"},
		"resource": members{"type": "desk", "id": "7", "properties": members{"unit": "east"}},
	}
	for _, m := range more {
		maps.Copy(asked, m)
	}
	return asked
}

func (d *desk) evaluate(asked members) *said {
	GinkgoHelper()
	answer := d.send(http.MethodPost, "/"+d.Namespace+"/office/access/v1/evaluation", "backend", asked)
	Expect(answer.status).To(Equal(http.StatusOK))
	return answer
}

// submission asks for what was denied.
func submission(denied *said, asked members, more ...members) members {
	sent := maps.Clone(asked)
	// The chain of these specs gives roles only for a time that the request says.
	sent["context"] = members{"business_justification": "Month's end"}
	sent["requested_access"] = members{"requested_until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}
	sent["denial"] = members{
		"evaluation_id": denied.at("context", "evaluation_id"), "expires_at": denied.at("context", "access_request", "expires_at"),
		"binding_token": denied.at("context", "access_request", "binding_token"), "reason": denied.at("context", "reason"),
	}
	for _, m := range more {
		maps.Copy(sent, m)
	}
	return sent
}

var _ = Describe("Access requests", func() {
	const granted = gives + approverOne

	It("lead from a no to a yes, by an approval", func() {
		calls := make(chan string, 4)
		receiver := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			text, _ := io.ReadAll(r.Body)
			calls <- r.Header.Get("X-Hub-Signature-256") + " " + string(text)
		}))
		DeferCleanup(receiver.Close)
		w := newOffice(chain("access", granted))
		folder := GinkgoT().TempDir()
		file := func(name, text string) string {
			path := filepath.Join(folder, name)
			Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
			return path
		}
		registered := "callbacks: [{endpoint: " + receiver.URL + ", callers: [\"system:serviceaccount:" + w.Namespace + ":backend\"], keyFile: " +
			file("key", "a key of callbacks") + ", caFile: " +
			file("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: receiver.Certificate().Raw}))) + ", allowedNetworks: [127.0.0.0/8]}]"
		d := newDesk(w, "--access-request-callbacks", file("callbacks.yaml", registered))

		denied := d.evaluate(question())
		Expect(denied.at("decision")).To(BeFalse())
		endpoint := denied.text("context", "access_request", "endpoint")
		Expect(endpoint).To(Equal(serviceBase + "/" + w.Namespace + "/office/access/v1/requests"))
		Expect(d.send(http.MethodGet, denied.text("context", "access_request", "request_schema_url"), "backend", nil).at("properties", "context")).NotTo(BeNil())

		sent := submission(denied, question(), members{"callback": members{"endpoint": receiver.URL, "state": "s1"}})
		submitted := d.send(http.MethodPost, endpoint, "backend", sent, "Idempotency-Key", "k1")
		Expect(submitted.status).To(Equal(http.StatusAccepted), "%v", submitted.body)
		id, status := submitted.text("task", "id"), submitted.text("task", "status_endpoint")
		Expect(d.send(http.MethodPost, endpoint, "backend", sent, "Idempotency-Key", "k1").text("task", "id")).To(Equal(id))
		request := w.request(id)
		Expect(request.Spec.Requester).To(BeEquivalentTo("ann"))
		Expect(request.Spec.Via).To(BeEquivalentTo(d.account("backend")))
		Expect(request.Spec.Grant.RoleRef.Name).To(Equal("delegate"))
		Eventually(func() any {
			return d.send(http.MethodGet, status, "backend", nil).at("task", "progress", "total_steps")
		}).Should(BeEquivalentTo(1))

		w.cast(id, "ben approve location")
		var task *said
		Eventually(func() string {
			task = d.send(http.MethodGet, status, "backend", nil)
			return task.text("task", "status")
		}).Should(Equal("approved"))
		Eventually(calls).Should(Receive(And(HavePrefix("sha256="), ContainSubstring(`"approved"`), ContainSubstring(`"s1"`), ContainSubstring(id))))
		again := d.evaluate(question(members{"context": members{"approval": task.at("result", "approval")}}))
		Expect(again.at("decision")).To(BeTrue())
		Expect(again.text("context", "approval", "id")).To(Equal(task.text("result", "approval", "id")))

		By("ending with the role")
		w.cast(id, "ben revoke")
		var after *said
		Eventually(func() any {
			after = d.evaluate(question(members{"context": members{"approval": task.at("result", "approval")}}))
			return after.at("decision")
		}).Should(BeFalse())
		Expect(after.text("context", "reason")).To(Equal("approval_expired"))
		Expect(after.text("context", "next_action")).To(Equal("request"))
	})

	It("are withdrawn", func() {
		w := newOffice(chain("access", granted))
		d := newDesk(w)
		denied := d.evaluate(question())
		submitted := d.send(http.MethodPost, denied.text("context", "access_request", "endpoint"), "backend", submission(denied, question()))
		cancel := submitted.text("task", "links", "cancel")
		Expect(d.send(http.MethodPost, cancel, "stranger", nil).problem()).To(Equal("unknown_task"))
		cancelled := d.send(http.MethodPost, cancel, "backend", members{"comment": "done by hand"})
		Expect(cancelled.status).To(Equal(http.StatusOK), "%v", cancelled.body)
		Expect(cancelled.text("task", "status")).To(Equal("cancelled"))
		Expect(w.request(submitted.text("task", "id")).Status.WithdrawnBy).To(BeEquivalentTo("ann"))
		Expect(d.send(http.MethodPost, cancel, "backend", nil).problem()).To(Equal("invalid_task_state"))
	})

	It("withstand attacks", func() {
		w := newOffice(chain("access", granted))
		d := newDesk(w)
		denied := d.evaluate(question())
		endpoint := denied.text("context", "access_request", "endpoint")
		refused := func(caller string, sent members) string {
			GinkgoHelper()
			answer := d.send(http.MethodPost, endpoint, caller, sent)
			Expect(answer.status).To(BeNumerically(">=", 400), "%v", answer.body)
			return answer.problem()
		}
		By("a forged token")
		forged := submission(denied, question())
		token := denied.text("context", "access_request", "binding_token")
		forged["denial"].(members)["binding_token"] = token[:len(token)-8] + "AAAAAAAA"
		Expect(refused("backend", forged)).To(Equal("invalid_denial_binding"))
		By("another's denial")
		Expect(refused("stranger", submission(denied, question(members{"subject": members{"type": "user", "id": "eve"}})))).To(Equal("invalid_denial_binding"))
		Expect(refused("stranger", submission(denied, question()))).To(Equal("about:blank"))
		By("a changed request")
		Expect(refused("backend", submission(denied, question(members{"resource": members{"type": "desk", "id": "7"}})))).To(Equal("invalid_denial_binding"))
		By("a callback to what is inside")
		Expect(refused("backend", submission(denied, question(), members{"callback": members{"endpoint": "https://169.254.169.254/"}}))).To(Equal("about:blank"))
		By("nobody")
		Expect(d.send(http.MethodPost, endpoint, "", submission(denied, question())).status).To(Equal(http.StatusUnauthorized))
		var list v1alpha1.ApprovalRequestList
		Expect(api.List(w.Ctx, &list, client.InNamespace(w.Namespace))).To(Succeed())
		Expect(list.Items).To(BeEmpty())

		By("a replayed token")
		submitted := d.send(http.MethodPost, endpoint, "backend", submission(denied, question()))
		Expect(submitted.status).To(Equal(http.StatusAccepted), "%v", submitted.body)
		Expect(refused("backend", submission(denied, question()))).To(Equal("invalid_denial_binding"))
		By("another's task")
		Expect(d.send(http.MethodGet, submitted.text("task", "status_endpoint"), "stranger", nil).problem()).To(Equal("unknown_task"))
	})

	It("expire", func() {
		d := newDesk(newOffice(chain("access", granted)), "--access-request-lifetime", "1s")
		denied := d.evaluate(question())
		// Before that, the callback is refused, so that no request is made.
		sent := submission(denied, question(), members{"callback": members{"endpoint": "https://169.254.169.254/"}})
		Eventually(func() string {
			return d.send(http.MethodPost, denied.text("context", "access_request", "endpoint"), "backend", sent).problem()
		}).Should(Equal("expired_denial"))
	})

	It("act as a caller by the rights of config/serve, and do nothing else as anyone", func() {
		w := newOffice(chain("access", granted))
		d := newDesk(w)
		account, err := plane.AddUser(serviceUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
		Expect(err).NotTo(HaveOccurred())
		as := func(user string) client.Client {
			config := *account.Config
			config.Impersonate.UserName = user
			// Which kinds there are is not for the service to find out as anyone.
			made, err := client.New(&config, client.Options{Scheme: api.Scheme(), Mapper: api.RESTMapper()})
			Expect(err).NotTo(HaveOccurred())
			return made
		}
		backend := as(d.account("backend"))
		request := w.asked("ann", "access unit=east role=delegate seconds=60")
		request.Spec.Via = v1alpha1.ServiceAccountUser(d.account("backend"))
		Expect(backend.Create(w.Ctx, request)).To(Succeed())
		By("not for users for whom the caller may not ask")
		other := w.asked("eve", "access unit=east role=delegate seconds=60")
		other.Spec.Via = v1alpha1.ServiceAccountUser(d.account("backend"))
		Expect(backend.Create(w.Ctx, other)).To(forbidden("give the service account the verb impersonate on users/eve"))
		By("not as people, and not to do anything else")
		Expect(as("ann").Create(w.Ctx, w.asked("ann", "access unit=east role=delegate seconds=60"))).To(forbidden("impersonate"))
		Expect(backend.List(w.Ctx, &corev1.ConfigMapList{}, client.InNamespace(w.Namespace))).To(forbidden("impersonate"))
		Expect(backend.Delete(w.Ctx, request)).To(forbidden("impersonate"))
		Expect(as("").Create(w.Ctx, w.asked("ann", "access unit=east role=delegate seconds=60"))).To(forbidden("approvalrequests"))
	})
})
