// Small projects for the runners of Rust, Go, C++ and Java: one of four tests fails. Does not run anything.
import { debianVersion, type Project } from './project.ts';

const cargoFiles = {
  'Cargo.toml': '[package]\nname = "calc"\nversion = "0.1.0"\nedition = "2021"\n',
  'src/lib.rs': `pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 4);
    }

    #[test]
    fn zero() {
        assert_eq!(add(0, 0), 0);
    }

    #[test]
    fn negative() {
        assert_eq!(add(-1, 1), 0);
    }

    #[test]
    fn unwraps() {
        assert_eq!("3".parse::<i32>().unwrap(), 3);
    }
}
`,
};

const cargo = (form: string, command: string, files: Project['files'] = cargoFiles): Project => ({
  runner: 'cargo',
  form,
  files,
  command,
  version: 'cargo --version',
});

const goFiles = {
  'go.mod': 'module example.com/calc\n\ngo 1.21\n',
  'calc.go': 'package calc\n\nfunc Add(a, b int) int { return a + b }\n',
  'calc_test.go': `package calc

import "testing"

func TestAdd(t *testing.T) {
	if got := Add(1, 2); got != 4 {
		t.Errorf("Add(1, 2) = %d, want 4", got)
	}
}

func TestZero(t *testing.T) {
	if Add(0, 0) != 0 {
		t.Fatal("not zero")
	}
}

func TestNegative(t *testing.T) {}

func TestName(t *testing.T) {}
`,
};

const go = (form: string, flags: string, files: Project['files'] = goFiles): Project => ({
  runner: 'go',
  form,
  files,
  command: `go test ${flags} ./...`,
  version: 'go version',
});

const goTable = {
  ...goFiles,
  'calc_test.go': `package calc

import "testing"

func TestAdd(t *testing.T) {
	for name, want := range map[string]int{"adds wrongly": 4} {
		t.Run(name, func(t *testing.T) {
			if got := Add(1, 2); got != want {
				t.Errorf("Add(1, 2) = %d, want %d", got, want)
			}
		})
	}
}

func TestZero(t *testing.T) {}
`,
};

const goPanic = {
  ...goFiles,
  'calc_test.go': `package calc

import "testing"

func TestAdd(t *testing.T) {
	list := []int{1}
	_ = list[Add(1, 2)]
}
`,
};

const testify = {
  ...goFiles,
  'go.mod': 'module example.com/calc\n\ngo 1.21\n\nrequire github.com/stretchr/testify v1.10.0\n',
  'calc_test.go': `package calc

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAdd(t *testing.T) {
	assert.Equal(t, 4, Add(1, 2), "sums")
}

func TestZero(t *testing.T) { assert.Zero(t, Add(0, 0)) }

func TestNegative(t *testing.T) {}

func TestName(t *testing.T) {}
`,
};

const gtestFiles = {
  'calc_test.cc': `#include <gtest/gtest.h>

int add(int a, int b) { return a + b; }

TEST(Calc, Adds) { EXPECT_EQ(add(1, 2), 4); }
TEST(Calc, Zero) { EXPECT_EQ(add(0, 0), 0); }
TEST(Calc, Negative) { EXPECT_EQ(add(-1, 1), 0); }
TEST(Calc, Truth) { EXPECT_TRUE(true); }
`,
};

const catchFiles = {
  'calc_test.cc': `#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

int add(int a, int b) { return a + b; }

TEST_CASE("adds", "[calc]") {
  SECTION("small numbers") { REQUIRE(add(1, 2) == 4); }
}
TEST_CASE("zero") { REQUIRE(add(0, 0) == 0); }
TEST_CASE("negative") { REQUIRE(add(-1, 1) == 0); }
TEST_CASE("truth") { REQUIRE(true); }
`,
};

const ctestFiles = {
  'CMakeLists.txt': `cmake_minimum_required(VERSION 3.10)
project(calc NONE)
enable_testing()
add_test(NAME adds COMMAND sh -c "echo 'add(1, 2) is 3, not 4'; exit 1")
add_test(NAME zero COMMAND true)
add_test(NAME negative COMMAND true)
add_test(NAME truth COMMAND true)
`,
};

const mavenFiles = {
  'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>calc</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>5.10.2</version>
      <scope>test</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>3.2.5</version>
      </plugin>
    </plugins>
  </build>
</project>
`,
  'src/test/java/example/CalcTest.java': `package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CalcTest {
  @Test
  void adds() {
    assertEquals(4, 1 + 2);
  }

  @Test
  void zero() {
    assertEquals(0, 0);
  }

  @Test
  void negative() {
    assertEquals(0, -1 + 1);
  }

  @Test
  void truth() {}
}
`,
};

const gradleFiles = {
  'build.gradle': `apply plugin: 'java'
repositories { mavenCentral() }
dependencies { testCompile 'junit:junit:4.12' }
`,
  'settings.gradle': "rootProject.name = 'calc'\n",
  'src/test/java/example/CalcTest.java': `package example;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class CalcTest {
  @Test
  public void adds() {
    assertEquals(4, 1 + 2);
  }

  @Test
  public void zero() {
    assertEquals(0, 0);
  }

  @Test
  public void negative() {
    assertEquals(0, -1 + 1);
  }

  @Test
  public void truth() {}
}
`,
};

export const compiledProjects: readonly Project[] = [
  cargo('plain', 'cargo test -- --test-threads=1'),
  cargo('quiet', 'cargo test -q -- --test-threads=1'),
  cargo('does-not-build', 'cargo test', {
    ...cargoFiles,
    'src/lib.rs': 'pub fn add(a: i32) -> i32 {\n    "x"\n}\n',
  }),
  go('plain', ''),
  go('verbose', '-v'),
  go('table', '', goTable),
  go('panic', '', goPanic),
  go('does-not-build', '', { ...goFiles, 'calc_test.go': 'package calc\n\nvar x = y\n' }),
  go('json', '-json'),
  { ...go('testify', '', testify), runner: 'go', command: 'go mod tidy >/dev/null 2>&1; go test ./...' },
  {
    runner: 'gtest',
    form: 'plain',
    files: gtestFiles,
    command: 'g++ -o calc_test calc_test.cc -lgtest -lgtest_main -pthread && ./calc_test',
    version: debianVersion('libgtest-dev'),
  },
  {
    runner: 'junit-xml',
    form: 'gtest',
    files: gtestFiles,
    command:
      'g++ -o calc_test calc_test.cc -lgtest -lgtest_main -pthread && ./calc_test --gtest_output=xml:report.xml >/dev/null; cat report.xml',
    version: debianVersion('libgtest-dev'),
  },
  {
    runner: 'catch2',
    form: 'plain',
    files: catchFiles,
    command: 'g++ -o calc_test calc_test.cc && ./calc_test',
    version: debianVersion('catch2'),
  },
  {
    runner: 'ctest',
    form: 'plain',
    files: ctestFiles,
    command: 'cmake -B build . >/dev/null && cd build && ctest',
    version: 'ctest --version',
  },
  {
    runner: 'ctest',
    form: 'output-on-failure',
    files: ctestFiles,
    command: 'cmake -B build . >/dev/null && cd build && ctest --output-on-failure',
    version: 'ctest --version',
  },
  {
    runner: 'maven',
    form: 'surefire',
    files: mavenFiles,
    command: 'mvn -B test',
    version: 'mvn -v -B | head -1',
  },
  {
    runner: 'gradle',
    form: 'plain',
    files: gradleFiles,
    command: 'gradle --no-daemon test',
    version: 'gradle --version | grep Gradle',
  },
  {
    runner: 'traceback',
    form: 'go',
    files: {
      'go.mod': 'module example.com/check\n\ngo 1.21\n',
      'main.go': 'package main\n\nfunc main() {\n\tpanic("3 is not 4")\n}\n',
    },
    command: 'go run .',
    version: 'go version',
  },
  {
    runner: 'traceback',
    form: 'rust',
    files: { 'main.rs': 'fn main() {\n    assert_eq!(1 + 2, 4, "sums");\n}\n' },
    command: 'rustc -o check main.rs && ./check',
    version: 'rustc --version',
  },
  {
    runner: 'traceback',
    form: 'java',
    files: {
      'Check.java':
        'public class Check {\n  public static void main(String[] args) {\n    throw new IllegalStateException("3 is not 4");\n  }\n}\n',
    },
    command: 'java Check.java',
    version: 'java -version 2>&1',
  },
];
