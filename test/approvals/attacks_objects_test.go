// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// mine and owner are what would keep an object, and what would have it deleted.
var (
	mine  = []string{"example.com/mine"}
	owner = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "mine", UID: "6d2f4f0e-0000-4000-8000-000000000000"}}
)

const (
	noFinalizers = "has no metadata.finalizers"
	noOwners     = "has no metadata.ownerReferences"
)

// hold has an object kept, and own has it owned.
func hold(object client.Object) client.Object { object.SetFinalizers(mine); return object }
func own(object client.Object) client.Object  { object.SetOwnerReferences(owner); return object }

var _ = Describe("Requests and decisions are kept and deleted by nobody's metadata", func() {
	It("from their creation on", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		app := "system:serviceaccount:" + w.Namespace + ":desk"
		w.AllowImpersonation(app, "ann", "ben")
		request, decision := w.asked("ann", "offer unit=east"), w.decisionOn(w.request(name), vote("ben approve location"))
		refused := func(by string, object client.Object) {
			GinkgoHelper()
			copied := func() client.Object { return object.DeepCopyObject().(client.Object) }
			Expect(users.As(by).Create(w.Ctx, hold(copied()))).To(forbidden(noFinalizers), by)
			Expect(users.As(by).Create(w.Ctx, own(copied()))).To(forbidden(noOwners), by)
		}
		refused("ann", request)
		refused("ben", decision)
		request.Spec.Via, decision.Spec.Via = v1alpha1.ServiceAccountUser(app), v1alpha1.ServiceAccountUser(app)
		refused(app, request)
		refused(app, decision)
		w.stays(name, "Pending; location: bea, ben, cem, vic")
	})

	It("and ever after, no matter who writes it, and how", func() {
		w := newOffice(chain("offer", approversTwo))
		request := w.request(w.opens("ann", "offer unit=east"))
		root := namespaceAdmin(w, "root")
		for _, by := range []client.Client{root, api} {
			Expect(by.Update(w.Ctx, hold(request.DeepCopy()))).To(forbidden("a request " + noFinalizers))
			Expect(by.Update(w.Ctx, own(request.DeepCopy()))).To(forbidden("a request " + noOwners))
			for kind, patch := range map[types.PatchType]string{
				types.MergePatchType: `{"metadata":{"finalizers":["example.com/mine"]}}`,
				types.JSONPatchType:  `[{"op":"add","path":"/metadata/finalizers","value":["foregroundDeletion"]}]`,
			} {
				Expect(by.Patch(w.Ctx, request.DeepCopy(), client.RawPatch(kind, []byte(patch)))).To(forbidden(noFinalizers))
			}
			applied := &unstructured.Unstructured{}
			applied.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("ApprovalRequest"))
			applied.SetNamespace(request.Namespace)
			applied.SetName(request.Name)
			applied.SetOwnerReferences(owner)
			Expect(by.Apply(w.Ctx, client.ApplyConfigurationFromUnstructured(applied), client.FieldOwner("root"))).To(forbidden(noOwners))
		}
		Expect(users.As("ann").Update(w.Ctx, hold(request.DeepCopy()))).To(forbidden("cannot update resource"))

		By("not for a status, which changes no metadata")
		manager := users.As(managerUser)
		kept := w.request(request.Name)
		Expect(manager.Status().Update(w.Ctx, hold(kept))).To(Succeed())
		Expect(w.request(request.Name).Finalizers).To(BeEmpty())
	})

	It("so that what an object has may go", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		w.deletedInForeground(name)
		request := w.request(name)
		Expect(request.Finalizers).To(Equal([]string{metav1.FinalizerDeleteDependents}))
		request.Finalizers = append(request.Finalizers, mine...)
		Expect(api.Update(w.Ctx, request)).NotTo(Succeed())
		w.release(namespaceAdmin(w, "root"), name)
		w.gone(name)
	})
})

// deletedInForeground deletes a request, which then waits for a garbage collector that never comes.
func (w *world) deletedInForeground(name string) {
	GinkgoHelper()
	Expect(api.Delete(w.Ctx, w.request(name), client.PropagationPolicy(metav1.DeletePropagationForeground))).To(Succeed())
	Expect(w.request(name).DeletionTimestamp).NotTo(BeNil())
}

// release takes away what keeps a request.
func (w *world) release(by client.Client, name string) {
	GinkgoHelper()
	Expect(by.Patch(w.Ctx, w.request(name), client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`)))).To(Succeed())
}

var _ = Describe("A request that is being deleted", func() {
	It("gives no role from that moment", func() {
		w := newOffice(chain("offer", gives+approverOne))
		name := w.opens("ann", "offer unit=east role=approver")
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
		w.Yes("ann approve east")

		w.deletedInForeground(name)
		w.expect(name, v1alpha1.ConditionGranted, "False Deleting: the request is being deleted since")
		w.expect(name, v1alpha1.ConditionReady, "False Deleting: it gives nothing")
		w.No("ann approve east")

		By("not after the manager was restarted, either")
		running.Stop()
		running = start()
		w.Published()
		w.No("ann approve east")
		w.counts(w.cast(name, "bea revoke"), "False RequestClosed: no decision on it counts any more")
	})

	It("is decided by nobody, and asks nobody", func() {
		w := newOffice(chain("offer", gives+approversTwo))
		name := w.opens("ann", "offer unit=east role=approver")
		w.casts(name, "ben approve location")
		w.deletedInForeground(name)
		w.counts(w.cast(name, "bea approve location"), "False RequestClosed: the request is being deleted")
		w.expect(name, v1alpha1.ConditionGranted, "False Deleting: it gives nothing")
		Expect(w.request(name).Status.State).To(Equal(v1alpha1.RequestPending))
		Expect(w.request(name).Status.WaitingFor).To(BeEmpty())
		w.No("ann approve east")
	})
})

var _ = Describe("A namespace", func() {
	It("goes with the requests and decisions in it", func() {
		w := newOffice(chain("offer", gives+approversTwo))
		opened := w.opens("ann", "offer unit=east role=approver")
		w.casts(opened, "ben approve location", "bea approve location")
		w.becomes(opened, "Approved")
		held := w.opens("ann", "offer unit=east role=vice")
		w.casts(held, "ben approve location")
		w.counts(w.cast(held, "ann approve location"), "False OwnRequest")
		w.deletedInForeground(held)
		w.release(api, held)

		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace}}
		Expect(api.Delete(w.Ctx, namespace)).To(Succeed())
		Eventually(func() bool {
			return apierrors.IsNotFound(api.Get(w.Ctx, client.ObjectKeyFromObject(namespace), namespace))
		}).Should(BeTrue())
	})
})
