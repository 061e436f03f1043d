// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// eve is who a forged document lets do everything, and what readers are asked of her.
var eve = []string{"eve staff.hire all"}

// forgery changes a ConfigMap as a writer does who may write all of it.
type forgery func(configMap *corev1.ConfigMap)

// index changes what the index says.
func index(change func(publication *document.Publication)) forgery {
	return func(configMap *corev1.ConfigMap) {
		GinkgoHelper()
		publication := &document.Publication{}
		Expect(json.Unmarshal([]byte(configMap.Data[document.PublicationKey]), publication)).To(Succeed())
		change(publication)
		text, err := json.Marshal(publication)
		Expect(err).NotTo(HaveOccurred())
		configMap.Data[document.PublicationKey] = string(text)
	}
}

// forgedDocument lets eve do everything, and names that in the index.
func forgedDocument(configMap *corev1.ConfigMap) {
	text := strings.Replace(configMap.Data[document.DocumentKey], `"users": {`, `"users": {"eve":{"grants":[{"role":"head","everywhere":true}]},`, 1)
	configMap.Data[document.DocumentKey] = text
	index(func(publication *document.Publication) {
		publication.Parts[0].Digest, publication.Parts[0].Bytes = document.Digest([]byte(text)), len(text)
	})(configMap)
}

func revision(of int64) forgery {
	return index(func(publication *document.Publication) { publication.Revision = of })
}

func uid(of string) forgery {
	return index(func(publication *document.Publication) { publication.UID = of })
}

func both(forgeries ...forgery) forgery {
	return func(configMap *corev1.ConfigMap) {
		for _, forge := range forgeries {
			forge(configMap)
		}
	}
}

func immutable(configMap *corev1.ConfigMap) { configMap.Immutable = new(true) }

func ownerless(configMap *corev1.ConfigMap) { configMap.OwnerReferences = nil }

func owner(name string) metav1.OwnerReference {
	return metav1.OwnerReference{APIVersion: "v1", Kind: "Secret", Name: name, UID: "22222222-2222-2222-2222-222222222222"}
}

func held(configMap *corev1.ConfigMap) { configMap.Finalizers = []string{"example.org/hold"} }

// inPlace writes the forgery over the ConfigMap, and recreate deletes it and creates the forgery in its place.
func (w *world) inPlace(configMap *corev1.ConfigMap) {
	GinkgoHelper()
	Expect(api.Update(w.Ctx, configMap)).To(Succeed())
}

func (w *world) recreate(configMap *corev1.ConfigMap) {
	GinkgoHelper()
	Eventually(func() error {
		if err := client.IgnoreNotFound(api.Delete(w.Ctx, configMap)); err != nil {
			return err
		}
		other := configMap.DeepCopy()
		other.UID, other.ResourceVersion = "", ""
		return api.Create(w.Ctx, other)
	}).Should(Succeed(), "the manager may have been faster")
}

var _ = Describe("Readers of an organization", func() {
	var (
		w       *world
		readers map[string]readerOf
	)
	const maxRevision = document.MaxRevision

	Context("of which a stranger tampers with the ConfigMap", func() {
		BeforeEach(func() {
			w = newWorld()
			w.Apply(everything...)
			w.Published()
			readers = w.readers(true)
			w.follow(readers, []string{"anna orders.view icu", "hugh staff.hire all"}, eve)
		})

		// follows expects that what is forged is put right, and that the next change reaches everybody.
		follows := func() {
			GinkgoHelper()
			w.follow(readers, []string{"anna orders.view icu", "hugh staff.hire all"}, eve)
			w.Apply(hughless)
			w.follow(readers, []string{"anna orders.view icu"}, append([]string{"hugh staff.hire all"}, eve...))
		}

		DescribeTable("end at the right state, after a change of", large, func(forge forgery) {
			configMap := w.ConfigMap()
			forge(configMap)
			w.inPlace(configMap)
			follows()
		},
			Entry("the revision, to the greatest", revision(maxRevision)),
			Entry("the revision, to the greatest, and the document", both(revision(maxRevision), forgedDocument)),
			Entry("the revision, to one beyond the greatest", revision(maxRevision+1)),
			Entry("the revision, to one far above, and the document", both(revision(1<<40), forgedDocument)),
			Entry("the revision, to one above, and the document", both(revision(100), forgedDocument)),
			Entry("the revision, to none", revision(0)),
			Entry("the revision, to one below none", revision(-1)),
			Entry("the document, with its digest", forgery(forgedDocument)),
			Entry("the uid", uid("33333333-3333-3333-3333-333333333333")),
			Entry("the uid, and the document", both(uid("33333333-3333-3333-3333-333333333333"), forgedDocument)),
			Entry("the uid, the revision, and the document", both(uid("x"), revision(maxRevision), forgedDocument)),
			Entry("the uid, to none", uid("")),
			Entry("the time", index(func(p *document.Publication) { p.PublishTime = time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) })),
			Entry("the counts", index(func(p *document.Publication) { p.Counts.Users = 1000 })),
			Entry("the digest", index(func(p *document.Publication) { p.Parts[0].Digest = document.Digest(nil) })),
			Entry("the number of bytes", index(func(p *document.Publication) { p.Parts[0].Bytes++ })),
			Entry("the key of the document", index(func(p *document.Publication) { p.Parts[0].Name = "other.json" })),
			Entry("the parts, to none", index(func(p *document.Publication) { p.Parts = nil })),
			Entry("the parts, to a shard that is not there", index(func(p *document.Publication) {
				p.Parts[0].ConfigMap, p.Parts[0].Name = "clinic-permissions-"+strings.Repeat("0", 32), document.PartKey
			})),
			Entry("the schema", index(func(p *document.Publication) { p.Schema = "rolewright.dev/publication/v9" })),
			Entry("the organization", both(index(func(p *document.Publication) { p.Organization = "other" }), revision(maxRevision))),
			Entry("the namespace", both(index(func(p *document.Publication) { p.Namespace = "other" }), revision(maxRevision))),
			Entry("the index, to half of it", forgery(func(c *corev1.ConfigMap) {
				c.Data[document.PublicationKey] = c.Data[document.PublicationKey][:len(c.Data[document.PublicationKey])/2]
			})),
			Entry("the index, to nothing", forgery(func(c *corev1.ConfigMap) { c.Data[document.PublicationKey] = "" })),
			Entry("the document, to half of it", forgery(func(c *corev1.ConfigMap) {
				c.Data[document.DocumentKey] = c.Data[document.DocumentKey][:len(c.Data[document.DocumentKey])/2]
			})),
			Entry("the keys: no index", forgery(func(c *corev1.ConfigMap) { delete(c.Data, document.PublicationKey) })),
			Entry("the keys: no document", forgery(func(c *corev1.ConfigMap) { delete(c.Data, document.DocumentKey) })),
			Entry("the keys: one more", forgery(func(c *corev1.ConfigMap) { c.Data["more"] = "of it" })),
			Entry("the keys: binary ones", forgery(func(c *corev1.ConfigMap) { c.BinaryData = map[string][]byte{"more": {1}} })),
			Entry("the data, to none", forgery(func(c *corev1.ConfigMap) { c.Data = nil })),
			Entry("immutable", forgery(immutable)),
			Entry("immutable, the revision, and the document", both(immutable, revision(maxRevision), forgedDocument)),
			Entry("the label by which the cache selects", forgery(func(c *corev1.ConfigMap) { delete(c.Labels, document.LabelManagedBy) })),
			Entry("the label by which the cache selects, and all else", both(func(c *corev1.ConfigMap) { c.Labels = nil }, ownerless, immutable,
				revision(maxRevision), forgedDocument)),
			Entry("the label of the organization", forgery(func(c *corev1.ConfigMap) { c.Labels[document.LabelOrganization] = "other" })),
			Entry("the label of shards", forgery(func(c *corev1.ConfigMap) { c.Labels[document.LabelPart] = "users" })),
			Entry("the annotations", forgery(func(c *corev1.ConfigMap) {
				c.Annotations = map[string]string{
					"rolewright.dev/publishing-labels":      document.LabelManagedBy + "," + document.LabelOrganization,
					"rolewright.dev/publishing-annotations": "x", "big": strings.Repeat("x", 200<<10),
				}
			})),
			Entry("the owner, to none", forgery(ownerless)),
			Entry("the owner, to none, and the data", both(ownerless, func(c *corev1.ConfigMap) { c.Data = nil })),
			Entry("the owner, to another", forgery(func(c *corev1.ConfigMap) { c.OwnerReferences[0].UID = "44444444-4444-4444-4444-444444444444" })),
			Entry("the owner, to another that controls it, and the document", both(func(c *corev1.ConfigMap) {
				c.OwnerReferences = []metav1.OwnerReference{owner("theirs")}
				c.OwnerReferences[0].Controller = new(true)
			}, forgedDocument)),
			Entry("the owners: one more", forgery(func(c *corev1.ConfigMap) { c.OwnerReferences = append(c.OwnerReferences, owner("keeps")) })),
			Entry("the finalizers", forgery(held)),
		)

		DescribeTable("end at the right state, after another ConfigMap took its place", large, func(forge forgery) {
			configMap := w.ConfigMap()
			forge(configMap)
			w.recreate(configMap)
			follows()
		},
			Entry("with the same content", forgery(ownerless)),
			Entry("with a forged one", both(ownerless, forgedDocument)),
			Entry("with a forged one of the greatest revision", both(ownerless, revision(maxRevision), forgedDocument)),
			Entry("with a forged one, without labels", both(ownerless, forgedDocument, func(c *corev1.ConfigMap) { c.Labels = nil })),
			Entry("with a forged one that is immutable", both(ownerless, immutable, forgedDocument)),
			Entry("with a forged one that another owner controls", both(forgedDocument, func(c *corev1.ConfigMap) {
				c.OwnerReferences = []metav1.OwnerReference{owner("theirs")}
				c.OwnerReferences[0].Controller = new(true)
			})),
			Entry("with nothing in it, and our owner", forgery(func(c *corev1.ConfigMap) { c.Data = nil })),
			Entry("with a forged one of an earlier organization", both(uid("earlier"), forgedDocument, func(c *corev1.ConfigMap) {
				c.OwnerReferences[0].UID = "55555555-5555-5555-5555-555555555555"
			})),
		)

		It("end at the right state, the service of a volume too, which waits until files have settled", func() {
			readers["the service of a volume"] = w.servedVolume(w.Ctx, w.mount(w.Ctx))
			for _, forge := range []forgery{both(uid("x"), revision(maxRevision), forgedDocument), both(ownerless, forgedDocument), both(immutable, forgedDocument)} {
				w.follow(readers, []string{"anna orders.view icu"}, eve)
				configMap := w.ConfigMap()
				forge(configMap)
				w.inPlace(configMap)
			}
			follows()
		})

		It("end at the right state, after it was deleted", func() {
			Expect(api.Delete(w.Ctx, w.ConfigMap())).To(Succeed())
			follows()
		})

		It("end at the right state, after it was deleted while a finalizer holds it", func() {
			configMap := w.ConfigMap()
			held(configMap)
			w.inPlace(configMap)
			DeferCleanup(w.release)
			Expect(api.Delete(w.Ctx, configMap)).To(Succeed())
			follows()
			w.release()
			Eventually(func() (*corev1.ConfigMap, error) {
				found := &corev1.ConfigMap{}
				return found, api.Get(w.Ctx, client.ObjectKeyFromObject(configMap), found)
			}).Should(HaveField("DeletionTimestamp", BeNil()))
			w.follow(readers, []string{"anna orders.view icu"}, eve)
		})

		It("are said not to see a change that an immutable ConfigMap keeps from them, while a finalizer holds that", func() {
			configMap, revision := w.ConfigMap(), w.Publication().Revision
			both(held, immutable)(configMap)
			w.inPlace(configMap)
			DeferCleanup(w.release)
			w.Apply(hughless)
			w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "PublishFailed", "metadata.finalizers (example.org/hold)")
			w.Expect("UserAssignment/hugh", "Published", metav1.ConditionFalse, "PublishFailed", fmt.Sprintf("revision %d stays published", revision))
			w.Expect("UserAssignment/anna", "Published", metav1.ConditionTrue, "Published", "")
			Expect(w.May("hugh staff.hire all")).To(BeTrue())
			w.release()
			w.follow(readers, []string{"anna orders.view icu"}, append([]string{"hugh staff.hire all"}, eve...))
		})

		It("are said not to see it while a foreign ConfigMap has its place, and revisions go on from the last one", func() {
			for range 3 {
				w.Apply(hughless)
				w.Settled()
				w.Apply(hughYAML)
				w.Settled()
			}
			w.Published()
			before := w.Publication().Revision
			theirs := w.ConfigMap()
			theirs.OwnerReferences, theirs.Data = nil, map[string]string{"theirs": "untouched"}
			w.recreate(theirs)
			w.Apply(hughless)
			w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "ForeignConfigMap", "nothing is published")
			w.Expect("UserAssignment/hugh", "Published", metav1.ConditionFalse, "ForeignConfigMap", "")
			Expect(w.ConfigMap().Data).To(Equal(theirs.Data))
			last := w.Get("Organization/clinic").(*v1alpha1.Organization).Status.Publication.Revision
			Expect(last).To(BeNumerically(">=", before))
			Expect(api.Delete(w.Ctx, w.ConfigMap())).To(Succeed())
			w.follow(readers, []string{"anna orders.view icu"}, append([]string{"hugh staff.hire all"}, eve...))
			Expect(w.Publication().Revision).To(BeNumerically(">", last))
		})

		DescribeTable("end at the right state, after a change of the status", func(change func(status *v1alpha1.OrganizationStatus)) {
			clinic := w.Get("Organization/clinic").(*v1alpha1.Organization)
			change(&clinic.Status)
			Expect(api.Status().Update(w.Ctx, clinic)).To(Succeed())
			w.Apply(hughless)
			w.follow(readers, []string{"anna orders.view icu"}, append([]string{"hugh staff.hire all"}, eve...))
			Expect(w.Publication().Revision).To(BeNumerically("<", 10), "this process knows better")
		},
			Entry("to nothing", func(s *v1alpha1.OrganizationStatus) { *s = v1alpha1.OrganizationStatus{} }),
			Entry("to the greatest revision", func(s *v1alpha1.OrganizationStatus) { s.Publication.Revision = maxRevision }),
			Entry("to another digest", func(s *v1alpha1.OrganizationStatus) { s.Publication.Digest = "sha256:0" }),
		)

		It("end at the right state whatever is forged, again and again", func() {
			for i := range 10 {
				configMap := w.ConfigMap()
				both(revision(int64(i)*100), uid(strconv.Itoa(i)), forgedDocument)(configMap)
				if i%3 == 0 {
					configMap.Labels = nil
				}
				_ = api.Update(w.Ctx, configMap)
			}
			follows()
		})
	})

	Context("of which a stranger tampers with a shard", func() {
		BeforeEach(func() {
			w = newWorld()
			w.Apply(everything...)
			w.growLarge()
			readers = w.readers(false)
			w.follow(readers, []string{"heavy-2 orders.view south"}, []string{"heavy-2 staff.hire south"})
		})

		follows := func() {
			GinkgoHelper()
			// Readers that start now read every shard.
			maps.Copy(readers, map[string]readerOf{"a late watch": w.watched(w.Ctx), "a late service": w.served(w.Ctx)})
			w.follow(readers, []string{"heavy-2 orders.view south"}, []string{"heavy-2 staff.hire south"})
			w.Apply(heavy(1, "head"))
			w.follow(readers, []string{"heavy-2 orders.view south", "heavy-1 staff.hire south"}, []string{"heavy-2 staff.hire south"})
		}
		text := func(c *corev1.ConfigMap) {
			c.Data[document.PartKey] = strings.Replace(c.Data[document.PartKey], `"role":"clerk"`, `"role":"head"`, 1)
		}

		DescribeTable("end at the right state, after", func(forge forgery, write func(*world, *corev1.ConfigMap)) {
			shard := w.shardOf("heavy-2")
			forge(shard)
			write(w, shard)
			follows()
		},
			Entry("it got other content", forgery(text), (*world).recreate),
			Entry("it got other content, and is not immutable", both(text, func(c *corev1.ConfigMap) { c.Immutable = nil }), (*world).recreate),
			Entry("it is not immutable", forgery(func(c *corev1.ConfigMap) { c.Immutable = nil }), (*world).recreate),
			Entry("it got another key", forgery(func(c *corev1.ConfigMap) { c.Data["more"] = "of it" }), (*world).recreate),
			Entry("it lost its owner", forgery(ownerless), (*world).inPlace),
			Entry("it lost its owner and its labels", both(ownerless, func(c *corev1.ConfigMap) { c.Labels = nil }), (*world).inPlace),
			Entry("it got one more owner", forgery(func(c *corev1.ConfigMap) { c.OwnerReferences = append(c.OwnerReferences, owner("keeps")) }), (*world).inPlace),
			Entry("it is labelled as another organization's", forgery(func(c *corev1.ConfigMap) { c.Labels[document.LabelOrganization] = "other" }), (*world).inPlace),
			Entry("it is labelled as an index", forgery(func(c *corev1.ConfigMap) { delete(c.Labels, document.LabelPart) }), (*world).inPlace),
			Entry("a foreign ConfigMap took its place", both(ownerless, func(c *corev1.ConfigMap) {
				c.Immutable, c.Labels, c.Data = nil, nil, map[string]string{"theirs": "gone"}
			}), (*world).recreate),
			Entry("a foreign ConfigMap with an owner took its place", both(func(c *corev1.ConfigMap) {
				c.OwnerReferences, c.Data = []metav1.OwnerReference{owner("theirs")}, nil
				c.OwnerReferences[0].Controller = new(true)
			}), (*world).recreate),
			Entry("it was deleted", forgery(func(*corev1.ConfigMap) {}), func(w *world, c *corev1.ConfigMap) {
				Expect(api.Delete(w.Ctx, c)).To(Succeed())
			}),
		)

		It("end at the right state, after the index names the shards of another organization", func() {
			other := newWorld()
			other.Apply(everything...)
			other.growLarge()
			theirs := other.shardOf("heavy-2")
			mixed := theirs.DeepCopy()
			mixed.Namespace, mixed.UID, mixed.ResourceVersion, mixed.OwnerReferences = w.Namespace, "", "", nil
			mixed.Name = "other-permissions-" + strings.Repeat("1", 32)
			Expect(api.Create(w.Ctx, mixed)).To(Succeed())
			configMap := w.ConfigMap()
			both(revision(maxRevision), index(func(p *document.Publication) {
				last := &p.Parts[len(p.Parts)-1]
				last.ConfigMap, last.Digest, last.Bytes = mixed.Name, document.Digest([]byte(mixed.Data[document.PartKey])), len(mixed.Data[document.PartKey])
			}))(configMap)
			w.inPlace(configMap)
			follows()
		})

		It("are said not to see what is published while a finalizer holds a damaged one", func() {
			shard := w.shardOf("heavy-2")
			both(text, held)(shard)
			w.recreate(shard)
			release := func() { releaseFinalizers(w, shard.Name) }
			DeferCleanup(release)
			w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "PublishFailed", "metadata.finalizers (example.org/hold)")
			release()
			follows()
		})
	})
})

// release takes all finalizers from the ConfigMap.
func (w *world) release() { releaseFinalizers(w, organization+document.ConfigMapSuffix) }

func releaseFinalizers(w *world, name string) {
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: name}}
	_ = api.Patch(w.Ctx, configMap, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`)))
}
