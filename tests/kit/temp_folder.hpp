// A folder for one test, removed with everything in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace gw::test {

class TempFolder {
public:
    TempFolder() {
        std::string name = (place() / "lienthong-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
        path_ = name;
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    /// Memory where there is plenty: what is tested is what is written, not how fast the disk
    /// flushes it.
    static std::filesystem::path place() {
        std::error_code none;
        const std::filesystem::path memory = "/dev/shm";
        const auto space = std::filesystem::space(memory, none);
        const bool plenty = !none && space.available > (std::uintmax_t{1} << 30);
        return plenty ? memory : std::filesystem::temp_directory_path();
    }
    std::string path_;
};

}  // namespace gw::test
