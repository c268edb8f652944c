package import CatalinkCore
import Glibc

/// The files that a job's paths and patterns name.
package enum CatalogFiles {
    /// Each pattern's files in the order given, within one pattern by the bytes of their names.
    ///
    /// `*`, `?` and `[…]` match within a name, `*` no name that begins with a dot; a path without them is taken as it
    /// is, and so is one with them that names a file. A pattern that matches nothing and a file that comes twice are errors.
    package static func expand(_ patterns: [String]) throws(CatalogError) -> [String] {
        var files: [String] = []
        var known: [FileIdentity: String] = [:]
        for pattern in patterns {
            for file in try matches(of: pattern) {
                if let earlier = known.updateValue(file, forKey: FileIdentity(file)) {
                    throw CatalogError(
                        at: pattern.shown(), expected: "each file once", got: "\(file.quoted) again",
                        hint: earlier == file ? nil : "it is the same file as \(earlier.quoted)")
                }
                files.append(file)
            }
        }
        return files
    }

    private static func matches(of pattern: String) throws(CatalogError) -> [String] {
        guard pattern.contains(where: { "*?[".contains($0) }), !isFile(pattern) else { return [pattern] }
        var found = glob_t()
        defer { globfree(&found) }
        switch glob(pattern, GLOB_ERR | GLOB_NOSORT, nil, &found) {
        case 0: break
        case GLOB_NOMATCH:
            throw CatalogError(at: pattern.shown(), expected: "a file of this pattern", got: "none")
        // A directory on the way is missing.
        case GLOB_ABORTED where errno == ENOENT || errno == ENOTDIR:
            throw CatalogError(at: pattern.shown(), expected: "a file of this pattern", got: "none")
        default:
            throw CatalogError(
                at: pattern.shown(), expected: "to look for files of this pattern",
                got: String(cString: strerror(errno)))
        }
        let names = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }
}

/// A file whatever it is called; a path that leads nowhere is only itself.
private enum FileIdentity: Hashable {
    case file(device: UInt64, inode: UInt64)
    case path(String)

    init(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            self = .file(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        } else {
            self = .path(path)
        }
    }
}
