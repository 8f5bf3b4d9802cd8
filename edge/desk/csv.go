package desk

import "strings"

// Guarded keeps a spreadsheet from calculating a cell.
func Guarded(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.ContainsRune("=+-@\t\r\n", rune(rest[0])) {
		return "'" + cell
	}
	return cell
}
