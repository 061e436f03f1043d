// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

// forms are the forms in which a document can be published: in one piece, and in shards of several sizes.
var forms = []struct {
	name   string
	limits publish.Limits
}{
	{"whole", publish.Limits{Whole: math.MaxInt, ConfigMap: math.MaxInt, Shard: publish.ShardBytes}},
	{"shards-of-16KiB", publish.Limits{ConfigMap: publish.MaxBytes, Shard: 16 << 10}},
	{"shards-of-32KiB", publish.Limits{ConfigMap: publish.MaxBytes, Shard: 32 << 10}},
	{"shards-of-64KiB", publish.Limits{ConfigMap: publish.MaxBytes, Shard: 64 << 10}},
	{"shards-of-128KiB", publish.Limits{ConfigMap: publish.MaxBytes, Shard: 128 << 10}},
	{"shards-of-200KiB", publish.Limits{ConfigMap: publish.MaxBytes, Shard: 200 << 10}},
}

// formChanges are small changes of a document: what is published of it stays as large, but for a few bytes. Each returns what differs.
var formChanges = []struct {
	name  string
	apply func(d *document.Document, names []string, i int) model.Difference
	names func(d *document.Document) []string
}{
	{"user", func(d *document.Document, names []string, i int) model.Difference {
		id := names[i*7919%len(names)]
		user := d.Users[id]
		user.HomeUnit = fmt.Sprintf("unit-%03d", i%1000)
		d.Users[id] = user
		return model.OfUsers(slices.Values([]string{id}))
	}, func(d *document.Document) []string { return slices.Sorted(maps.Keys(d.Users)) }},
	{"role", func(d *document.Document, names []string, i int) model.Difference {
		name := names[i%len(names)]
		role := d.Roles[name]
		role.Permissions = maps.Clone(role.Permissions)
		role.Permissions["section-00.action-0"] = []document.Alternative{{RequiredFeatures: []string{fmt.Sprintf("feature-%03d", i%1000)}}}
		d.Roles[name] = role
		return model.Everything()
	}, func(d *document.Document) []string { return slices.Sorted(maps.Keys(d.Roles)) }},
	{"unit", func(d *document.Document, names []string, i int) model.Difference {
		name := names[i*7919%len(names)]
		unit := d.Units[name]
		unit.Attributes = map[string]any{"number": 100 + i%900}
		d.Units[name] = unit
		return model.Everything()
	}, func(d *document.Document) []string { return slices.Sorted(maps.Keys(d.Units)) }},
}

// BenchmarkForms measures what one change costs in each form: the bytes that are written to etcd, and how long encoding them
// takes the manager; the bytes that a watching reader is sent, in how many requests, and how long it takes to decode and index
// them. Times are those of the processor, on the machine as it is.
func BenchmarkForms(b *testing.B) {
	for _, users := range []int{100, 300, 1_000, 2_000, 5_000, 20_000} {
		for _, change := range formChanges {
			for _, form := range forms {
				b.Run(fmt.Sprintf("%s/users=%d/%s", change.name, users, form.name), func(b *testing.B) {
					doc := resolve.Organization(bench.ShapeOf(users).World()).Document
					names := change.names(doc)
					f := &formRun{B: b, limits: form.limits, stored: map[string][]byte{}, source: permissions.NewSource()}
					f.publish(doc, model.Everything())
					f.read()
					f.reset()
					for i := 0; b.Loop(); i++ {
						f.publish(doc, change.apply(doc, names, i))
						f.read()
					}
					f.report()
				})
			}
		}
	}
}

// formRun is an organization that is published in one form, and its reader.
type formRun struct {
	*testing.B
	limits publish.Limits
	source *permissions.Source
	// encoded is what was published last, as revision, and stored what the API server holds, by the name of the ConfigMap.
	encoded  *publish.Encoded
	revision int64
	stored   map[string][]byte
	// What the changes cost so far.
	written, sent, gets int
	encoding, reading   time.Duration
}

const formIndex = "index"

func (f *formRun) reset() { f.written, f.sent, f.gets, f.encoding, f.reading = 0, 0, 0, 0, 0 }

// publish writes what differs.
func (f *formRun) publish(doc *document.Document, differs model.Difference) {
	began := cpuTime()
	encoded, err := f.limits.Update(f.encoded, doc, differs)
	if err != nil {
		f.Fatal(err)
	}
	f.encoded = encoded
	f.revision++
	data, err := encoded.Data("00000000-0000-0000-0000-000000000000", f.revision, time.Unix(0, 0))
	if err != nil {
		f.Fatal(err)
	}
	for i := range encoded.Shards {
		if shard := &encoded.Shards[i]; f.stored[shard.Part.ConfigMap] == nil {
			f.store(shard.Part.ConfigMap, map[string]string{document.PartKey: shard.Text()})
		}
	}
	f.store(formIndex, data)
	f.encoding += cpuTime() - began
}

// store writes a ConfigMap as the API server does.
func (f *formRun) store(name string, data map[string]string) {
	text, err := (&corev1.ConfigMap{Data: data}).Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.stored[name] = text
	f.written += len(text)
}

// read updates the source as a watching reader does.
func (f *formRun) read() {
	began := cpuTime()
	index := f.load(formIndex)
	if err := f.source.UpdateLatest([]byte(index[document.PublicationKey]), func(part document.Part) ([]byte, error) {
		if part.ConfigMap == "" {
			return []byte(index[part.Name]), nil
		}
		f.gets++
		return []byte(f.load(part.ConfigMap)[part.Name]), nil
	}); err != nil {
		f.Fatal(err)
	}
	f.reading += cpuTime() - began
}

func (f *formRun) load(name string) map[string]string {
	f.sent += len(f.stored[name])
	var configMap corev1.ConfigMap
	if err := configMap.Unmarshal(f.stored[name]); err != nil {
		f.Fatal(err)
	}
	return configMap.Data
}

func (f *formRun) report() {
	n := float64(f.N)
	for unit, sum := range map[string]float64{
		"B-written": float64(f.written), "B-to-reader": float64(f.sent), "gets": float64(f.gets),
		"us-encode": float64(f.encoding.Microseconds()), "us-read": float64(f.reading.Microseconds()),
	} {
		f.ReportMetric(sum/n, unit+"/change")
	}
	f.ReportMetric(float64(f.encoded.Bytes), "B/document")
	f.ReportMetric(float64(len(f.encoded.Shards)), "shards")
}
