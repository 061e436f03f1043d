// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/onsi/gomega/gexec"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/intake"
)

const (
	managerUser     = "system:serviceaccount:rolewright-system:rolewright-manager"
	requestTimeout  = 5 * time.Second
	managerReplicas = 2
)

// cluster is a control plane with Rolewright, of which each process can be stopped, and each connection disturbed.
type cluster struct {
	t     *testing.T
	plane *controlplane.ControlPlane
	// api is an administrator's client, without a cache, which no fault of a wire touches.
	api  client.Client
	etcd *program
	// apiserver is kube-apiserver, and managers and service the replicas.
	apiserver *program
	managers  []*program
	service   *program
	// managerWires are those of each manager, and readerWire that of all readers.
	managerWires []*wire
	readerWire   *wire
	address      string
	folder       string
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	log.SetLogger(logr.Discard())
	c := &cluster{t: t, folder: t.TempDir()}
	plane, err := controlplane.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	c.check(err)
	c.plane = plane
	t.Cleanup(func() { c.check(plane.Stop()) })
	c.etcd, c.apiserver = c.adopt(controlplane.Etcd), c.adopt(controlplane.APIServer)
	c.check(v1alpha1.AddToScheme(scheme.Scheme))
	config := plane.Config()
	config.QPS, config.Timeout = -1, requestTimeout
	c.api, err = client.New(config, client.Options{Scheme: scheme.Scheme})
	c.check(err)
	c.install()
	c.startReaders()
	c.startManagers()
	return c
}

// check ends the test on an error.
func (c *cluster) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// install does what the documentation tells users to do.
func (c *cluster) install() {
	c.t.Helper()
	root, err := controlplane.Root()
	c.check(err)
	kubectl, err := controlplane.Locate(controlplane.Kubectl)
	c.check(err)
	admin := filepath.Join(c.folder, "admin.kubeconfig")
	c.check(c.plane.Admin.WriteKubeconfig(admin))
	apply := exec.CommandContext(c.t.Context(), kubectl, "apply", "--server-side", "--kubeconfig", admin, "-k", filepath.Join(root, "config", "default"))
	if out, err := apply.CombinedOutput(); err != nil {
		c.t.Fatalf("%v\n%s", err, out)
	}
}

// startManagers starts the replicas of the built manager, each over a wire of its own.
func (c *cluster) startManagers() {
	c.t.Helper()
	path := c.build("manager")
	user, err := c.plane.AddUser(managerUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	c.check(err)
	for i := range managerReplicas {
		w := newWire(c.t, c.host())
		kubeconfig := w.kubeconfig(c.t, user.Kubeconfig)
		c.managerWires = append(c.managerWires, w)
		m := c.newProgram(fmt.Sprintf("manager-%d", i), path, "--kubeconfig="+kubeconfig, "--metrics-bind-address=0",
			"--health-probe-bind-address=0", "--leader-elect-lease-duration=5s", "--leader-elect-renew-deadline=4s",
			"--leader-elect-retry-period=500ms", "--shard-grace="+shardGrace.String())
		m.restarts = true
		c.check(m.start())
		c.managers = append(c.managers, m)
	}
}

// shardGrace is how long managers keep a shard that no index names: longer than a reader takes from an index to its shards.
const shardGrace = 30 * time.Second

// startReaders starts the decision service, over the wire of readers.
func (c *cluster) startReaders() {
	c.t.Helper()
	c.readerWire = newWire(c.t, c.host())
	c.address = "127.0.0.1:" + strconv.Itoa(freePort(c.t))
	c.service = c.newProgram("service", c.build("rolewright"), "serve", "--listen="+c.address, "--log-format=json", "--authenticate=false")
	c.service.environment = []string{"KUBECONFIG=" + c.readerWire.kubeconfig(c.t, c.plane.Admin.Kubeconfig)}
	c.service.restarts = true
	c.check(c.service.start())
}

// host is where the API server listens.
func (c *cluster) host() string {
	c.t.Helper()
	server, err := url.Parse(c.plane.Admin.Config.Host)
	c.check(err)
	return server.Host
}

// build makes a program as "make build" does.
func (c *cluster) build(name string) string {
	c.t.Helper()
	path, err := gexec.BuildWithEnvironment("github.com/rolewright/rolewright/cmd/"+name, []string{"CGO_ENABLED=0"}, "-trimpath")
	c.check(err)
	c.t.Cleanup(gexec.CleanupBuildArtifacts)
	return path
}

// answers asks the decision service all questions about an organization, as one request.
func (c *cluster) answers(ctx context.Context, o *organization) ([]bool, error) {
	var body bytes.Buffer
	if err := o.writeEvaluations(&body); err != nil {
		return nil, err
	}
	address := fmt.Sprintf("http://%s/%s/%s/access/v1/evaluations", c.address, o.key.Namespace, o.key.Name)
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, errors.Join(err, fmt.Errorf("the decision service answers %s: %s", response.Status, text))
	}
	return o.readEvaluations(text)
}

// stored reads all that there is of an organization.
func (c *cluster) stored(ctx context.Context, o *organization) (*stored, error) {
	s := &stored{key: o.key, members: &intake.Members{}, decided: o.decided, now: time.Now()}
	in := client.InNamespace(o.key.Namespace)
	catalog, org := &v1alpha1.PermissionCatalog{}, &v1alpha1.Organization{}
	var structures v1alpha1.OrganizationStructureList
	var roles v1alpha1.RoleList
	var groups v1alpha1.UserGroupList
	var chains v1alpha1.ApprovalChainList
	var requests v1alpha1.ApprovalRequestList
	var assignments v1alpha1.UserAssignmentList
	var configMaps corev1.ConfigMapList
	failures := []error{
		c.api.Get(ctx, client.ObjectKey{Name: catalogName}, catalog), c.api.Get(ctx, o.key, org),
		c.api.List(ctx, &structures, in), c.api.List(ctx, &roles, in), c.api.List(ctx, &groups, in), c.api.List(ctx, &chains, in),
		c.api.List(ctx, &requests, in), c.api.List(ctx, &assignments, in), c.api.List(ctx, &configMaps, in),
	}
	s.members.Catalog, s.members.Organization = catalog, org
	s.members.Structures, s.members.Roles, s.members.Groups = structures.Items, roles.Items, groups.Items
	s.members.Chains, s.members.Requests = chains.Items, requests.Items
	for i := range assignments.Items {
		s.members.Assignments = append(s.members.Assignments, &assignments.Items[i])
	}
	s.configMaps = configMaps.Items
	return s, errors.Join(failures...)
}

func (c *cluster) createNamespace(name string) {
	c.t.Helper()
	c.check(c.api.Create(c.t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}))
}

// program is a process that is killed, frozen and started again.
type program struct {
	name, path  string
	arguments   []string
	environment []string
	log         *os.File
	// restarts is set if it is started again whenever it ends by itself, as a Deployment does.
	restarts bool

	mutex    sync.Mutex
	process  *os.Process
	exited   chan struct{}
	stopping bool
	starts   int
}

func (c *cluster) newProgram(name, path string, arguments ...string) *program {
	c.t.Helper()
	file, err := os.Create(filepath.Join(c.folder, name+".log"))
	c.check(err)
	p := &program{name: name, path: path, arguments: arguments, log: file}
	c.t.Cleanup(func() {
		p.stop(syscall.SIGKILL)
		if c.t.Failed() {
			c.t.Logf("the end of the log of %s:\n%s", name, controlplane.LogTail(file.Name()))
		}
		_ = file.Close()
	})
	return p
}

// adopt finds a program of the control plane, which this process started, so that it can be stopped, and started as it was.
func (c *cluster) adopt(name string) *program {
	c.t.Helper()
	entries, err := os.ReadDir("/proc")
	c.check(err)
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		status, _ := os.ReadFile("/proc/" + entry.Name() + "/status")
		line, _ := os.ReadFile("/proc/" + entry.Name() + "/cmdline")
		arguments := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
		if filepath.Base(arguments[0]) != name || !strings.Contains(string(status), fmt.Sprintf("PPid:\t%d\n", os.Getpid())) {
			continue
		}
		process, err := os.FindProcess(pid)
		c.check(err)
		p := c.newProgram(name, arguments[0], arguments[1:]...)
		exited := make(chan struct{})
		p.process, p.exited, p.restarts = process, exited, true
		go func() {
			// The control plane waits for the process that it started.
			for process.Signal(syscall.Signal(0)) == nil {
				time.Sleep(20 * time.Millisecond)
			}
			close(exited)
			p.restart(exited)
		}()
		return p
	}
	c.t.Fatalf("there is no process of %s", name)
	return nil
}

// start starts the process, unless it runs.
func (p *program) start() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.stopping = false
	return p.startLocked()
}

func (p *program) startLocked() error {
	if p.exited != nil {
		select {
		case <-p.exited:
		default:
			return nil
		}
	}
	command := exec.Command(p.path, p.arguments...)
	command.Env = append(os.Environ(), p.environment...)
	command.Stdout, command.Stderr = p.log, p.log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return err
	}
	p.starts++
	exited := make(chan struct{})
	p.process, p.exited = command.Process, exited
	go func() {
		_ = command.Wait()
		close(exited)
		p.restart(exited)
	}()
	return nil
}

// restart starts a process again that ended by itself.
func (p *program) restart(ended chan struct{}) {
	time.Sleep(time.Second)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.restarts && !p.stopping && p.exited == ended {
		_ = p.startLocked()
	}
}

// stop ends the process by a signal, and waits until it has ended.
func (p *program) stop(by syscall.Signal) {
	p.mutex.Lock()
	p.stopping = true
	process, exited := p.process, p.exited
	p.mutex.Unlock()
	if process == nil {
		return
	}
	_ = process.Signal(by)
	_ = process.Signal(syscall.SIGCONT)
	select {
	case <-exited:
	case <-time.After(30 * time.Second):
		_ = process.Kill()
		<-exited
	}
}

// signal sends a signal to the process.
func (p *program) signal(s syscall.Signal) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.process != nil {
		_ = p.process.Signal(s)
	}
}
