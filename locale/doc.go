// Package locale is how the people of a market read: the language of the shop's words, times and dates,
// weights, paper, and what an address has in their country. A Locale has two parts. Its language decides
// words and the order of a date; its region decides clocks, units, paper and addresses, so that a desk in
// English at a market in Lyon still has kilograms and 14:00.
//
// The key of a message is its English sentence. The other languages are in .po files beside this, one each,
// which translators' tools read; a test fails for a sentence that lacks one, and for one that nobody says any
// more.
package locale
