// SPDX-License-Identifier: Apache-2.0

// Package change compares two states of one organization.
//
// What goes in are two resolutions, each with its document; what comes out is a Difference: what each user gains and loses, where
// and on which condition, through what and because of what, in groups of users with the same change; and the cells of the
// matrix, findings, violations, approvers and coverage that differ. It is complete: wherever Check may answer otherwise, the
// Difference says so. Where conditions cannot be compared, it says that they changed, and never that nothing did. The package
// must not resolve anything, and knows no clock: moments are given.
//
// Both states are laid over each other: their units get common numbers, a grant or an override is a box of units, values of
// dimensions and time, and the boxes of one user and one permission cut the whole into cells, in each of which either state is
// one condition. Users whose entries are the same are looked at only if their roles, or something else that they depend on,
// changed: of two resolutions one of which was updated from the other, that costs nothing for those who were not read again.
package change
