// SPDX-License-Identifier: Apache-2.0

// Command image puts the programs of Rolewright into an image, without a container runtime and without a base image.
//
// The programs of each platform, as <programs>/<os>_<arch>/<name>, go in; an OCI image layout comes out, with an index of all
// platforms, and an archive for each platform that "docker load", "ctr image import" and "kind load image-archive" read. With
// -push, the index goes to a registry as well. An image holds the programs, a user who is not root, and the certificates of
// Mozilla's trusted roots, and nothing else: no shell, no libraries. Time zones are in the programs.
//
// The same programs, version and time give the same digest on any machine.
package main
