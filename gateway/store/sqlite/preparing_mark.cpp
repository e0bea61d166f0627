// The mark of the leg that is being prepared.
#include "gateway/store/sqlite/preparing_mark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace gw::store::sqlite {

PreparingMark::PreparingMark(const std::string& folder) {
    const std::string path = folder + "/preparing";
    file_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0)
        throw std::runtime_error(
            "cannot write to " + path + ": " + std::strerror(errno) +
            "; give this user the right to write there"
        );
    std::int64_t id = 0;
    if (::pread(file_, &id, sizeof id, 0) == sizeof id) left_ = core::LegId(id);
}

PreparingMark::~PreparingMark() {
    ::close(file_);
}

void PreparingMark::set(core::LegId leg) {
    const std::int64_t id = core::raw(leg);
    // A disk that takes no 8 bytes stops the store by itself; nothing depends on this one write.
    [[maybe_unused]] const auto written = ::pwrite(file_, &id, sizeof id, 0);
}

}  // namespace gw::store::sqlite
