// SPDX-License-Identifier: Apache-2.0

package pagedlist_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/watchlist"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/pagedlist"
)

// server answers like an API server that has ConfigMaps by the names of their places. Where fails is a page, it answers with err.
type server struct {
	count, fails int
	err          error
	asked        []metav1.ListOptions
	// untrimmed is the most objects that were handed out and not trimmed when a page was asked for.
	trimmed, handedOut, untrimmed int
}

func (s *server) list(_ context.Context, options metav1.ListOptions) (runtime.Object, error) {
	s.asked = append(s.asked, options)
	s.untrimmed = max(s.untrimmed, s.handedOut-s.trimmed)
	if s.err != nil && len(s.asked) == s.fails {
		return nil, s.err
	}
	from, _ := strconv.Atoi(options.Continue)
	to := s.count
	if options.Limit > 0 {
		to = min(to, from+int(options.Limit))
	}
	list := &corev1.ConfigMapList{}
	list.ResourceVersion = "7"
	for i := from; i < to; i++ {
		list.Items = append(list.Items, corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint(i)}, Data: map[string]string{"some": "text"}})
	}
	if to < s.count {
		list.Continue = strconv.Itoa(to)
	}
	s.handedOut += len(list.Items)
	return list, nil
}

func (s *server) lists() *pagedlist.ListerWatcher {
	return pagedlist.New(&cache.ListWatch{ListWithContextFunc: s.list, WatchFuncWithContext: watchesNothing}, pagedlist.DefaultSize, func(object any) (any, error) {
		s.trimmed++
		object.(*corev1.ConfigMap).Data = nil
		return object, nil
	})
}

func watchesNothing(context.Context, metav1.ListOptions) (watch.Interface, error) {
	return watch.NewFake(), nil
}

// TestListsAreWhole lists any number of objects, whatever the options, with an error in any of the pages.
func TestListsAreWhole(t *testing.T) {
	expired := apierrors.NewResourceExpired("compacted meanwhile")
	rapid.Check(t, func(t *rapid.T) {
		s := &server{count: rapid.SampledFrom([]int{0, 1, 499, 500, 501, 1000, 1234}).Draw(t, "objects")}
		if s.fails = rapid.IntRange(0, 4).Draw(t, "page that fails"); s.fails > 0 {
			s.err = expired
		}
		options := metav1.ListOptions{
			ResourceVersion:      rapid.SampledFrom([]string{"", "0", "5"}).Draw(t, "version"),
			ResourceVersionMatch: rapid.SampledFrom([]metav1.ResourceVersionMatch{"", metav1.ResourceVersionMatchNotOlderThan}).Draw(t, "match"),
			Limit:                rapid.SampledFrom([]int64{0, 1, 500}).Draw(t, "limit"),
			FieldSelector:        "metadata.namespace=here",
		}
		list, err := s.lists().ListWithContext(context.Background(), options)
		pages := max(1, (s.count+499)/500)
		if s.fails > 0 && s.fails <= pages {
			if list != nil || !errors.Is(err, expired) {
				t.Fatalf("got %v and the error %v, want the error %v alone", list, err, expired)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		of, err := meta.ListAccessor(list)
		if err != nil || of.GetContinue() != "" || of.GetResourceVersion() != "7" {
			t.Fatalf("the list has version %q and continues at %q, %v", of.GetResourceVersion(), of.GetContinue(), err)
		}
		items, err := meta.ExtractList(list)
		if err != nil || len(items) != s.count {
			t.Fatalf("%d objects, %v, want %d", len(items), err, s.count)
		}
		for i, item := range items {
			if got := item.(*corev1.ConfigMap); got.Name != fmt.Sprint(i) || got.Data != nil {
				t.Fatalf("object %d is %+v", i, got)
			}
		}
		if len(s.asked) != pages || s.untrimmed > 0 {
			t.Fatalf("%d requests for %d pages; %d objects were not trimmed when the next was asked for", len(s.asked), pages, s.untrimmed)
		}
		for i, asked := range s.asked {
			if asked.ResourceVersion != "" || asked.ResourceVersionMatch != "" || asked.FieldSelector != options.FieldSelector || asked.Limit != 500 {
				t.Fatalf("request %d has the options %+v", i, asked)
			}
		}
	})
}

// TestAnErrorOfTrimming is one of the list.
func TestAnErrorOfTrimming(t *testing.T) {
	odd := errors.New("odd")
	lists := pagedlist.New(&cache.ListWatch{ListWithContextFunc: (&server{count: 1}).list}, 10, func(any) (any, error) { return nil, odd })
	if list, err := lists.List(metav1.ListOptions{}); list != nil || !errors.Is(err, odd) {
		t.Errorf("got %v, %v", list, err)
	}
}

// TestAnAnswerThatIsNoList is an error.
func TestAnAnswerThatIsNoList(t *testing.T) {
	answer := func(context.Context, metav1.ListOptions) (runtime.Object, error) { return &corev1.ConfigMap{}, nil }
	lists := pagedlist.New(&cache.ListWatch{ListWithContextFunc: answer}, 10, untrimmed)
	if list, err := lists.List(metav1.ListOptions{}); list != nil || err == nil || !strings.HasPrefix(err.Error(), "reading a page of a list: ") {
		t.Errorf("got %v, %v", list, err)
	}
}

// TestInformer has client-go read by pages, and not by a stream.
func TestInformer(t *testing.T) {
	s := &server{count: 1234}
	lists := s.lists()
	if !watchlist.DoesClientNotSupportWatchListSemantics(lists) {
		t.Error("client-go would stream")
	}
	informer := cache.NewSharedIndexInformer(lists, &corev1.ConfigMap{}, 0, cache.Indexers{})
	go informer.RunWithContext(t.Context())
	if !cache.WaitForCacheSync(t.Context().Done(), informer.HasSynced) {
		t.Fatal("not synced")
	}
	if got := len(informer.GetStore().List()); got != s.count || len(s.asked) != 3 {
		t.Errorf("%d objects by %d requests", got, len(s.asked))
	}
}
