// SPDX-License-Identifier: Apache-2.0

// Package pagedlist lists the objects of a resource for a cache, a page at a time.
//
// What goes in is what lists and watches a resource, and what takes off an object what the cache is not to hold; what comes out does the
// same, with lists that are consistent reads. An API server encodes the objects of a page as it sends them, and each object of a list that
// is a watch (sendInitialEvents) by itself, which takes it more than twice as long; and of all that is taken off there is never more in
// memory than one page has. A stream decodes what is listed and watched as it arrives, and then there is never more than one object has. A
// list is whole, or an error: the package must never return a part of one, since what is not in a list is taken for deleted.
package pagedlist
