// The real mappings folder, and small ones made of text, for tests and fuzz targets.
#pragma once

#include "gateway/mapping/mapping.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace gw::mapping::test {

inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Files by name, as the loader wants them.
struct Folder {
    std::map<std::string, std::string> files;
    core::Result<Library> load(std::vector<Problem>& problems) const {
        std::vector<std::string> names;
        for (const auto& entry : files) names.push_back(entry.first);
        return Library::load(
            names,
            [this](const std::string& name) -> core::Result<std::string> {
                const auto found = files.find(name);
                if (found == files.end()) return core::give_up("file", "no such file");
                return found->second;
            },
            &problems
        );
    }
};

inline Folder real_folder() {
    Folder folder;
    const std::filesystem::path root = "mappings";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
        if (entry.is_regular_file())
            folder.files[std::filesystem::relative(entry.path(), root).generic_string()] =
                file_text(entry.path());
    return folder;
}

inline std::string all(const std::vector<Problem>& problems) {
    std::string out;
    for (const auto& p : problems)
        out += p.file + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) + ": " +
               p.what + "\n";
    return out;
}

inline core::Day day(int y, unsigned m, unsigned d) {
    return core::Day{std::chrono::year(y), std::chrono::month(m), std::chrono::day(d)};
}

}  // namespace gw::mapping::test
