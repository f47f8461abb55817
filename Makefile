# Each target sets up what it needs; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
bin := .venv/bin
flask := FLASK_APP=wsgi $(bin)/flask
# One process per core; each has servers and folders of its own.
pytest := $(bin)/python -m pytest --numprocesses=auto --dist=worksteal

.PHONY: help setup run demo test test-fast sure format bench doctor fonts samples lock

help: ## 列出全部命令 List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## 只安装 Install what is missing, start nothing
	@deploy/set-up

run: ## 安装并启动，地址 127.0.0.1:$PORT（默认 8000） Install and start, with demonstration data when empty
	@deploy/set-up
	@deploy/run

demo: ## 建立或重置演示数据 Create or reset the demonstration data
	@deploy/set-up
	@$(flask) setup
	@$(flask) demo reset
	@$(flask) demo accounts

test: ## 全部测试 All tests, PostgreSQL and browser included
	@deploy/set-up --test
	@$(pytest) $(ARGS)

test-fast: ## 无输入输出的测试 Tests without database and browser
	@deploy/set-up --test
	@$(bin)/python -m pytest tests/unit tests/diagrams $(ARGS)

sure: ## 推送前的全部检查 Format, lint, types, imports, tests, coverage
	@deploy/set-up --test
	@mkdir -p var/coverage
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(pytest) --cov --cov-report=term-missing:skip-covered $(ARGS)

format: ## 整理格式 Format, and mend what can be mended
	@deploy/set-up --test
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

bench: ## 性能对比 Measure one act, two databases, three pages
	@deploy/set-up --test
	@$(bin)/python -m tests.bench $(ARGS)

doctor: ## 检查本机安装 Check what makes it silently slow or unsafe
	@deploy/set-up
	@$(flask) doctor

fonts: ## 重新下载公文字体 Fetch the fonts for documents again
	@deploy/fetch-fonts --again

samples: ## 重新打印各类文书样本 Print a sample of every kind of document anew
	@deploy/set-up --test
	@$(bin)/python -m deploy.draw_samples

lock: ## 更新依赖锁定文件 Write requirements*.txt anew (ARGS=--upgrade)
	@deploy/set-up --test
	@deploy/lock-requirements $(ARGS)
